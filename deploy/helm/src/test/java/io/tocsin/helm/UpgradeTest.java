package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Helm itself installs and upgrades the chart as it is shipped, on an API that only keeps objects: what it does, and
/// in which
/// order, in both modes of the migration.
class UpgradeTest {

    private static final String JOB = "migration: {mode: job}";
    private static final String HOOK = "migration: {mode: hook}";
    private static final String NEXT = ", image: {tag: 0.3.0}}";

    private final FakeCluster cluster;

    UpgradeTest() throws IOException {
        this.cluster = new FakeCluster();
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void shouldInstallTheSameObjectsInBothModes() throws IOException {
        // When
        Chart.install(ValueSet.minimal(HOOK), cluster);
        var byHook = cluster.changes();

        // Then
        try (var other = new FakeCluster()) {
            Chart.install(ValueSet.minimal(JOB), other);
            assertThat(byHook).isNotEmpty().containsExactlyInAnyOrderElementsOf(other.changes());
        }
        assertThat(byHook).allMatch(change -> change.startsWith("POST ")).noneMatch(change -> change.contains("hook"));
        assertThat(byHook).filteredOn(change -> change.contains(" Job ")).hasSize(1);
    }

    @Test
    void shouldReplaceTheJobAndNeverChangeItWhenUpgraded() {
        // Given
        Chart.install(ValueSet.minimal(JOB), cluster);
        var first = jobs(cluster.changes());

        // When
        Chart.upgrade(ValueSet.minimal("{" + JOB + NEXT), cluster);
        var changes = cluster.changes();

        // Then
        assertThat(jobs(changes)).hasSize(2).allMatch(change -> !change.startsWith("PATCH"));
        assertThat(jobs(changes)).contains(first.getFirst().replace("POST", "DELETE"));
        assertThat(changes).contains("PATCH Deployment tocsin-alert-service");
    }

    @Test
    void shouldLeaveTheJobAloneWhenOnlyOtherThingsChange() {
        // Given
        Chart.install(ValueSet.minimal(JOB), cluster);
        cluster.changes();

        // When
        Chart.upgrade(ValueSet.minimal("{" + JOB + ", limits: {profile: 'off'}}"), cluster);
        var changes = cluster.changes();

        // Then
        assertThat(jobs(changes)).isEmpty();
        assertThat(changes).contains("PATCH Deployment tocsin-alert-service");
    }

    @Test
    void shouldMigrateBeforeAnythingElseInHookMode() {
        // Given
        Chart.install(ValueSet.minimal(HOOK), cluster);
        cluster.changes();

        // When
        Chart.upgrade(ValueSet.minimal("{" + HOOK + NEXT), cluster);
        var changes = cluster.changes();

        // Then
        assertThat(changes.subList(0, 3))
                .satisfiesExactlyInAnyOrder(
                        one -> assertThat(one).isEqualTo("POST ServiceAccount tocsin-migration-hook"),
                        one -> assertThat(one).isEqualTo("POST NetworkPolicy tocsin-migration-hook"),
                        one -> assertThat(one).startsWith("POST Job tocsin-migration-hook-"));
        assertThat(changes.get(2)).startsWith("POST Job");
        assertThat(changes.indexOf("PATCH Deployment tocsin-alert-service")).isGreaterThan(2);
        assertThat(changes)
                .contains("DELETE ServiceAccount tocsin-migration-hook", "DELETE NetworkPolicy tocsin-migration-hook");
    }

    @Test
    void shouldStopAnUpgradeWhoseHookFailsBeforeAnyOtherObjectChanges() {
        // Given
        Chart.install(ValueSet.minimal(HOOK), cluster);
        cluster.changes();
        cluster.letJobsFail();

        // When
        assertThatThrownBy(() -> Chart.upgrade(ValueSet.minimal("{" + HOOK + NEXT), cluster))
                .hasMessageContaining("pre-upgrade hooks failed");

        // Then
        assertThat(cluster.changes()).isNotEmpty().allMatch(change -> change.contains("tocsin-migration-hook"));
    }

    private static List<String> jobs(List<String> changes) {
        return changes.stream().filter(change -> change.contains(" Job ")).toList();
    }
}

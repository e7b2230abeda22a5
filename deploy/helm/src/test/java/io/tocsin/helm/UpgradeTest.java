package io.tocsin.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                        one -> assertThat(one).isEqualTo("POST Job tocsin-migration-hook"));
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

    @Test
    void shouldTakeAFailedHookAwayBeforeTheNextOneOfOtherValues() {
        // Given
        Chart.install(ValueSet.minimal(HOOK), cluster);
        cluster.letJobsFail();
        assertThatThrownBy(() -> Chart.upgrade(ValueSet.minimal("{" + HOOK + NEXT), cluster))
                .hasMessageContaining("pre-upgrade hooks failed");
        cluster.changes();
        cluster.letJobsSucceed();

        // When
        Chart.upgrade(ValueSet.minimal("{" + HOOK + ", image: {tag: 0.4.0}}"), cluster);

        // Then
        assertThat(jobs(cluster.changes()))
                .filteredOn(change -> change.endsWith("tocsin-migration-hook"))
                .containsExactly(
                        "DELETE Job tocsin-migration-hook",
                        "POST Job tocsin-migration-hook",
                        "DELETE Job tocsin-migration-hook");
    }

    /// By the page's own stopped.yaml; the database is lost, so that whatever migrates fails.
    @ParameterizedTest
    @ValueSource(strings = {JOB, HOOK, "migration: {mode: job, ttlSecondsAfterFinished: 600}"})
    void shouldStopEveryServiceAndMigrateNothingUntilTheRowsAreBackWhenADatabaseIsRestored(String own) {
        // Given
        ObjectNode stopped = stopped();
        ObjectNode rowsAreBack = stopped.deepCopy();
        rowsAreBack.remove("migration");
        Chart.install(ValueSet.minimal(own), cluster);
        cluster.changes();

        // When
        cluster.letJobsFail();
        Chart.upgrade(with(own, stopped), cluster);
        var stopping = cluster.changes();
        cluster.letJobsSucceed();
        Chart.upgrade(with(own, rowsAreBack), cluster);
        var migrating = cluster.changes();

        // Then
        assertThat(jobs(stopping)).singleElement(STRING).startsWith("DELETE Job tocsin-migration-");
        assertThat(stopping)
                .contains(
                        "PATCH Deployment tocsin-alert-service",
                        "PATCH Deployment tocsin-response-service",
                        "PATCH Deployment tocsin-indicator-service",
                        "DELETE HorizontalPodAutoscaler tocsin-alert-service",
                        "DELETE HorizontalPodAutoscaler tocsin-response-service");
        assertThat(jobs(migrating)).contains(jobs(stopping).getFirst().replace("DELETE", "POST"));
        assertThat(List.of(stopped, rowsAreBack))
                .allSatisfy(values -> assertThat(Chart.render(with(own, values)).of(Kind.Deployment))
                        .hasSize(3)
                        .allSatisfy(deployment -> assertThat(
                                        deployment.spec().path("replicas").asInt(-1))
                                .isZero()));
    }

    private static ValueSet with(String own, ObjectNode more) {
        return ValueSet.minimal(Yaml.merged(Yaml.object(own), more).toString());
    }

    private static ObjectNode stopped() {
        var page = Yaml.read(Path.of("../../docs/operations.md"));
        var block = Pattern.compile("```yaml\n +# stopped\\.yaml.*?\n(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertThat(block.find()).isTrue();
        return Yaml.object(block.group(1).stripIndent());
    }

    private static List<String> jobs(List<String> changes) {
        return changes.stream().filter(change -> change.contains(" Job ")).toList();
    }
}

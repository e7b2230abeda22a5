package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.identity.Permission;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// The table itself: whole, and in the words the platform knows.
class EndpointTableTest {

    private static final List<Endpoint> ROWS = EndpointTable.all();

    /// Recorded answers or the service's `$metadata` name them (wire-facts §3), no page documents them.
    private static final Set<String> RECORDED_ONLY = Set.of(
            "get /api/indicators/{}",
            "get /api/machines/{}/machineactions",
            "get /api/machines/{}/availablemachineactions");

    @Test
    void shouldHoldEveryEndpointOfTheContractOnce() {
        assertThat(ROWS.stream()
                        .filter(row -> !row.isOwn()
                                && !RECORDED_ONLY.contains(row.shape())
                                && !row.shape().endsWith("/$count")
                                && !row.shape().endsWith("$metadata")))
                .as("the contract's list, which does not count the counts of collections as endpoints")
                .hasSize(117);
        assertThat(ROWS.stream().map(Endpoint::shape)).doesNotHaveDuplicates();
    }

    @Test
    void shouldGiveEveryRowToAService() {
        assertThat(ROWS.stream().map(Endpoint::service))
                .containsOnly("alert-service", "response-service", "indicator-service");
    }

    @Test
    void shouldNamePermissionsAsThePlatformSpellsThem() {
        Set<String> application =
                Stream.of(Permission.values()).map(Permission::applicationName).collect(Collectors.toSet());
        Set<String> delegated = Stream.of(Permission.values())
                .map(Permission::delegatedName)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());

        assertThat(ROWS.stream().flatMap(row -> row.application().stream())).isSubsetOf(application);
        assertThat(ROWS.stream().flatMap(row -> row.delegated().stream())).isSubsetOf(delegated);
    }

    @Test
    void shouldAskForAPermissionWhereverATokenIsAskedFor() {
        assertThat(ROWS.stream().filter(row -> row.access() == Endpoint.Access.TOKEN))
                .allSatisfy(row -> assertThat(row.application()).isNotEmpty());
    }

    @Test
    void shouldCountAReadWriteAmongWhatOpensARead() {
        Endpoint read = row("GET /api/deviceavinfo");

        assertThat(read.otherApplicationNames()).doesNotContain("Machine.Read.All", "Machine.ReadWrite.All");
        assertThat(row("PATCH /api/alerts/{id}").otherApplicationNames()).contains("Alert.Read.All");
    }

    private static Endpoint row(String route) {
        return ROWS.stream()
                .filter(row -> row.route().equals(route))
                .findFirst()
                .orElseThrow();
    }
}

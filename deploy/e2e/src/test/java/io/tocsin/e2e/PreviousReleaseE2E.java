package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// The services of the release before this one do their work on this release's schema (docs/adr/020): during an
/// upgrade,
/// and after a step back, they have to. `make prove-upgrade` runs it, since it builds that release first.
@EnabledIfSystemProperty(named = "tocsin.e2e.previous", matches = "true")
class PreviousReleaseE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    @Test
    void shouldDoEveryKindOfWorkOnTheSchemaOfThisRelease() throws Exception {
        // Given
        PreviousRelease release = PreviousRelease.read();
        assumeTrue(release.isKnown(), "this clone has no history of " + release.tag());
        Path root = release.build();
        var replicas = new ArrayList<Replica>();
        try (TestPostgres postgres = TestPostgres.start();
                TestIssuer issuer = TestIssuer.start();
                Balancer balancer = Balancer.start()) {
            for (String service : SERVICES) {
                Replica replica = Replica.start(
                        root,
                        service,
                        postgres,
                        issuer,
                        folder.resolve(service + ".log"),
                        Map.of(
                                "TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT,
                                "TOCSIN_PEERS_ALERT_URL", balancer.url(),
                                "TOCSIN_PEERS_RESPONSE_URL", balancer.url(),
                                "TOCSIN_PEERS_INDICATOR_URL", balancer.url(),
                                "TOCSIN_LIMITS_PROFILE", "off"));
                replicas.add(replica);
                balancer.add(service, replica);
            }

            // When
            try (var load = new UpgradeLoad(balancer.url(), issuer, TENANT)) {
                load.start(SERVICES);
                for (int i = 0; i < 5; i++) {
                    load.awaitWorkOfEveryKind();
                }
                load.stop();

                // Then
                System.out.println("previous release " + release.tag() + ": " + load);
                assertThat(load.failures()).isEmpty();
                assertThat(load.unfinished()).isEmpty();
            }
        } finally {
            replicas.forEach(Replica::close);
        }
    }
}

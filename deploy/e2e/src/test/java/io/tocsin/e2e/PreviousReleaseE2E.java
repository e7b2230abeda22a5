package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// From the release before this one to this one, and back (docs/adr/020, 031): its services work on its schema, which
/// is
/// full; the migrations run under them and keep no writer waiting for long; they go on, are replaced by this release's,
/// and come back. `make prove-upgrade` runs it, since it builds that release first.
@EnabledIfSystemProperty(named = "tocsin.e2e.previous", matches = "true")
class PreviousReleaseE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final List<String> SERVICES = List.of("alert-service", "response-service", "indicator-service");
    private static final int ALERTS = Integer.getInteger("tocsin.e2e.filled", 200_000);
    private static final Path ROOT = Path.of(System.getProperty("tocsin.root"));
    private static final Duration GRACE = Duration.ofSeconds(45);

    /// Each connection of three services meets a changed table once, with this chart's pools of 8.
    private static final int KNOWN_AT_MOST = 40;

    /// What a migration waits for a lock at most where its role has no bound, and a writer behind it.
    private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(10);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private final Map<String, Replica> replicas = new HashMap<>();
    private final KnownFaults known = new KnownFaults();
    private int started;

    @Test
    void shouldUpgradeAFullSchemaUnderTheServicesOfTheReleaseBeforeAndStepBack() throws Exception {
        // Given
        PreviousRelease release = PreviousRelease.read();
        assertThat(release.isKnown())
                .as(
                        "this clone has no commit %s (%s): fetch the whole history, for example by `git fetch --unshallow --tags`",
                        release.commit(), release.tag())
                .isTrue();
        assertThat(release.isWhereItWas())
                .as("%s names another commit than %s", release.tag(), release.commit())
                .isTrue();
        Path before = release.build();
        try (TestPostgres postgres = TestPostgres.startAt(release.schema());
                TestIssuer issuer = TestIssuer.start();
                Balancer balancer = Balancer.start()) {
            postgres.createLogins();
            FilledSchema.fill(postgres, TENANT, ALERTS, ALERTS * 5 / 2);
            for (String service : SERVICES) {
                replace(before, service, postgres, issuer, balancer);
            }
            try (var load = new UpgradeLoad(balancer.url(), issuer, TENANT, known)) {
                Map<String, Long> filled = counts(postgres, load.counts().keySet());
                load.start(SERVICES);
                load.awaitWorkOfEveryKind();

                // When
                try (var writers = TableWriters.start(postgres, TENANT)) {
                    Instant began = Instant.now();
                    int tries = migrate(postgres);
                    System.out.printf(
                            "previous schema of %s with %,d alerts and %,d events migrated in %.1f s by %d tries; longest waits: %s%n",
                            release.tag(),
                            ALERTS,
                            ALERTS * 5 / 2,
                            Duration.between(began, Instant.now()).toMillis() / 1000.0,
                            tries,
                            writers);

                    // Then
                    assertThat(writers.failures()).isEmpty();
                    assertThat(writers.longest())
                            .hasSize(7)
                            .allSatisfy(
                                    (table, time) -> assertThat(time).as(table).isLessThan(LOCK_TIMEOUT));
                }
                load.awaitWorkOfEveryKind();
                load.awaitWorkOfEveryKind();
                System.out.println("previous release " + release.tag() + " on the new schema: " + load);
                for (Path root : List.of(ROOT, before)) {
                    for (String service : SERVICES) {
                        replace(root, service, postgres, issuer, balancer);
                        load.awaitWorkOfEveryKind();
                    }
                    System.out.println("previous release " + (root == ROOT ? "replaced: " : "brought back: ") + load);
                }
                load.stop();
                System.out.printf(
                        "previous release %s answered %d requests 500 for a reason in its log: %s%n",
                        release.tag(), load.tolerated().size(), load.tolerated());
                assertThat(load.failures()).isEmpty();
                assertThat(load.tolerated()).hasSizeLessThan(KNOWN_AT_MOST);
                assertThat(load.unfinished()).isEmpty();
                Map<String, Long> now = counts(postgres, filled.keySet());
                load.counts()
                        .forEach((table, rows) -> assertThat(now.get(table) - filled.get(table))
                                .as(table)
                                .isBetween(rows.least(), rows.most()));
            }
        } finally {
            replicas.values().forEach(Replica::close);
        }
    }

    /// As a deployment does: the new one is ready before the old one goes.
    private void replace(Path root, String service, TestPostgres postgres, TestIssuer issuer, Balancer balancer) {
        Path log = folder.resolve(service + "-" + started++ + ".log");
        if (root != ROOT) {
            known.add(log);
        }
        Replica fresh = Replica.start(
                root,
                service,
                postgres,
                issuer,
                log,
                Map.of(
                        "TOCSIN_IDENTITY_DEFAULT_TENANT",
                        TENANT,
                        "TOCSIN_PEERS_ALERT_URL",
                        balancer.url(),
                        "TOCSIN_PEERS_RESPONSE_URL",
                        balancer.url(),
                        "TOCSIN_PEERS_INDICATOR_URL",
                        balancer.url(),
                        "TOCSIN_LIMITS_PROFILE",
                        "off",
                        // The chart's database.poolSize.
                        "QUARKUS_DATASOURCE_JDBC_MAX_SIZE",
                        "8",
                        "QUARKUS_SHUTDOWN_DELAY",
                        "2s",
                        "QUARKUS_SHUTDOWN_TIMEOUT",
                        "25s"));
        balancer.add(service, fresh);
        Replica old = replicas.put(service, fresh);
        if (old != null) {
            assertThat(old.stop(GRACE)).as("ended within its grace period").isTrue();
            balancer.remove(service, old);
            old.close();
        }
    }

    private static Map<String, Long> counts(TestPostgres postgres, Set<String> tables) throws SQLException {
        var counts = new HashMap<String, Long>();
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            for (String table : tables) {
                try (var rows = statement.executeQuery("select count(*) from " + table)) {
                    rows.next();
                    counts.put(table, rows.getLong(1));
                }
            }
        }
        return counts;
    }

    /// As the chart's Job does: this release's service in its own mode, tried again when it fails.
    ///
    /// @return how often it was begun
    private int migrate(TestPostgres postgres) throws IOException, InterruptedException {
        for (int attempt = 1; ; attempt++) {
            Path log = folder.resolve("migration-" + attempt + ".log");
            int code = Replica.migrate(postgres, log);
            if (code == 0) {
                return attempt;
            }
            assertThat(attempt).as("see %s", log).isLessThan(4);
        }
    }
}

package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Two replicas of each service are restarted one after the other under load, with the schema of a release to come
/// applied in between: no request fails, nothing is lost or done twice, agents that wait are sent on.
///
/// `-Dtocsin.e2e.rolling=alert-service,response-service,indicator-service` names the services: `make prove-upgrade`.
@EnabledIfSystemProperty(named = "tocsin.e2e.rolling", matches = ".+")
class RollingUpgradeE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final List<String> SERVICES =
            List.of(System.getProperty("tocsin.e2e.rolling", "").split(","));
    private static final Duration GRACE = Duration.ofSeconds(30);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private static TestPostgres postgres;
    private static TestIssuer issuer;
    private static Balancer balancer;
    private static final Map<String, List<Replica>> REPLICAS = new LinkedHashMap<>();
    private static int started;

    @BeforeAll
    static void start() throws Exception {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
        balancer = Balancer.start();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String service : SERVICES) {
                var both = List.of(threads.submit(() -> replica(service)), threads.submit(() -> replica(service)));
                REPLICAS.put(service, new ArrayList<>());
                for (Future<Replica> one : both) {
                    REPLICAS.get(service).add(one.get());
                    balancer.add(service, one.get());
                }
            }
        }
    }

    @AfterAll
    static void stop() {
        balancer.close();
        REPLICAS.values().forEach(all -> all.forEach(Replica::close));
        issuer.close();
        postgres.close();
    }

    @Test
    void shouldFailNoRequestWhenEveryReplicaIsReplacedUnderLoadAndTheSchemaMovesOn() throws Exception {
        try (var load = new UpgradeLoad(balancer.url(), issuer, TENANT)) {
            // Given
            load.start(SERVICES);
            load.startWaiting(SERVICES, () -> balancer.replica("alert-service"));
            load.awaitWorkOfEveryKind();

            // When
            boolean migrated = false;
            for (String service : SERVICES) {
                List<Replica> replicas = REPLICAS.get(service);
                for (int i = 0; i < replicas.size(); i++) {
                    Instant from = Instant.now();
                    replace(service, replicas, i);
                    System.out.printf(
                            "replaced %s %d in %.1f s, %s%n",
                            service, i, Duration.between(from, Instant.now()).toMillis() / 1000.0, load);
                    load.awaitWorkOfEveryKind();
                    if (!migrated) {
                        postgres.migrate("next-release");
                        migrated = true;
                    }
                }
            }
            load.stop();

            // Then
            assertThat(load.failures()).isEmpty();
            assertThat(load.unfinished()).isEmpty();
            load.counts()
                    .forEach((table, rows) -> assertThat(count(table)).as(table).isBetween(rows.least(), rows.most()));
            if (SERVICES.contains("response-service")) {
                assertThat(load.sentOn()).as("agents without work, sent on").isGreaterThanOrEqualTo(2);
            }
            if (SERVICES.contains("response-service") && SERVICES.contains("alert-service")) {
                assertThat(load.streamsSentOn())
                        .as("agents' streams, each sent on by a replica that went")
                        .isGreaterThanOrEqualTo(2);
            }
            if (SERVICES.contains("alert-service")) {
                assertThat(load.wentOn())
                        .as("reader of events, of pages, stream of alerts")
                        .satisfies(times -> {
                            assertThat(times.getFirst()).isPositive();
                            assertThat(times.getLast()).isPositive();
                        });
                load.followed().forEach(seen -> assertThat(seen).hasSize((int) count("alert")));
            }
            System.out.println("rolling upgrade: " + load);
        }
    }

    /// As a deployment does with no pod to spare and one to come: the new one is ready before the old one goes.
    private static void replace(String service, List<Replica> replicas, int index) {
        Replica old = replicas.get(index);
        Replica fresh = replica(service);
        balancer.add(service, fresh);
        assertThat(old.stop(GRACE)).as("ended within its grace period").isTrue();
        balancer.remove(service, old);
        old.close();
        replicas.set(index, fresh);
    }

    private static synchronized Path log(String service) {
        return folder.resolve(service + "-" + started++ + ".log");
    }

    private static Replica replica(String service) {
        return Replica.start(
                service,
                postgres,
                issuer,
                log(service),
                Map.of(
                        "TOCSIN_IDENTITY_DEFAULT_TENANT",
                        TENANT,
                        // Of the services' own tokens: they call one another, too.
                        "TOCSIN_TOKEN_ENDPOINT",
                        issuer.url() + "/token",
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
                        "15s"));
    }

    private static long count(String what) {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery("select count(*) from " + what)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException(what, failed);
        }
    }
}

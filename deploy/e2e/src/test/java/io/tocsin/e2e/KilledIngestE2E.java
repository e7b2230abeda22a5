package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/// Alerts are pushed into two replicas while one of them, and then PostgreSQL, is killed: what was acknowledged
/// is there, and nothing is there twice, in one incident, and told once (docs/adr/029). The jobs run meanwhile.
class KilledIngestE2E {

    private static final String TENANT = "7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10";
    private static final int KILLS = Integer.getInteger("tocsin.e2e.ingest-kills", 1);
    private static final int SINGLE = 8;
    private static final int STREAMS = 2;
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final Map<String, String> SETTINGS =
            Map.of("TOCSIN_IDENTITY_DEFAULT_TENANT", TENANT, "TOCSIN_LIMITS_PROFILE", "off");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    static Path folder;

    private final Replica[] replicas = new Replica[2];
    private final List<AlertSender> senders = new ArrayList<>();
    private TestPostgres postgres;
    private TestIssuer issuer;
    private int started;

    @Test
    void shouldHoldEveryAcknowledgedAlertOnceWhenAReplicaAndTheDatabaseAreKilled() throws Exception {
        postgres = TestPostgres.startDurable(folder.resolve("data"));
        issuer = TestIssuer.start();
        try {
            for (int i = 0; i < replicas.length; i++) {
                replicas[i] = replica();
            }
            // Given
            for (int i = 0; i < SINGLE + STREAMS; i++) {
                boolean streams = i >= SINGLE;
                senders.add(AlertSender.start(
                        number -> replicas[number & 1], token(), (streams ? "stream" : "single") + i, streams));
            }
            awaitMore();

            // When
            for (int kill = 0; kill < KILLS; kill++) {
                int victim = kill & 1;
                replicas[victim].kill();
                awaitMore();
                replicas[victim].close();
                replicas[victim] = replica();
                postgres.killAndRestart();
                awaitMore();
                System.out.printf(
                        "ingest kill %d: %,d acknowledged, %,d sent again%n", kill + 1, acknowledged(), broken());
            }
            for (AlertSender sender : senders) {
                sender.stop();
            }

            // Then
            assertThat(senders)
                    .allSatisfy(sender -> assertThat(sender.failures()).isEmpty());
            assertThat(broken()).isPositive();
            List<String> stored = references("select source_ref from alert where source = 'ingest'");
            Set<String> sent = new HashSet<>();
            Set<String> taken = new HashSet<>();
            senders.forEach(sender -> {
                sent.addAll(sender.sent());
                taken.addAll(sender.acknowledged());
            });
            assertThat(new HashSet<>(stored)).hasSameSizeAs(stored).containsAll(taken);
            assertThat(sent).containsAll(stored);
            assertThat(references("""
                            select a.source_ref from alert a
                            left join (select target, count(*) as times from audit_entry where action = 'alert.create'
                                group by target) made on made.target = a.id
                            left join (select alert_id, count(*) as times from alert_evidence group by alert_id) held
                                on held.alert_id = a.id
                            where coalesce(made.times, 0) <> 1 or coalesce(held.times, 0) <> 1
                            """)).isEmpty();
            await().atMost(SOON)
                    .until(() -> references("select id from alert where not correlated limit 1")
                            .isEmpty());
            assertThat(references("select id from alert where incident_id is null"))
                    .as("alerts without an incident")
                    .isEmpty();
            assertThat(references("""
                            select i.incident_id::text from incident i
                            where i.status <> 'Redirected' and not exists (
                                select from alert a where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id)
                            """)).as("incidents of nothing").isEmpty();
            assertThat(references("""
                            select a.id from alert a
                            left join (select tenant_id, subject, count(*) as times from feed_change
                                where feed = 'Alert' and kind = 'Created' group by tenant_id, subject) told
                                on told.tenant_id = a.tenant_id and told.subject = a.id
                            where coalesce(told.times, 0) <> 1
                            limit 10
                            """))
                    .as("alerts the feed does not tell of once")
                    .isEmpty();
            System.out.printf("ingest: %,d acknowledged, %,d stored, each once%n", taken.size(), stored.size());
        } finally {
            for (Replica replica : replicas) {
                if (replica != null) {
                    replica.close();
                }
            }
            issuer.close();
            postgres.close();
        }
    }

    /// Until every sender has got through again.
    private void awaitMore() {
        List<Integer> before =
                senders.stream().map(sender -> sender.acknowledged().size()).toList();
        await().atMost(SOON).until(() -> {
            for (int i = 0; i < senders.size(); i++) {
                AlertSender sender = senders.get(i);
                if (sender.failures().isEmpty()
                        && sender.acknowledged().size() < before.get(i) + (i < SINGLE ? 20 : AlertSender.LINES)) {
                    return false;
                }
            }
            return true;
        });
    }

    private int acknowledged() {
        return senders.stream().mapToInt(sender -> sender.acknowledged().size()).sum();
    }

    private int broken() {
        return senders.stream().mapToInt(AlertSender::broken).sum();
    }

    private Replica replica() {
        Path log = folder.resolve("alert-service-" + started++ + ".log");
        return Replica.start("alert-service", postgres, issuer, log, SETTINGS);
    }

    private String token() {
        return issuer.sign(issuer.claims()
                .claim("tid", TENANT)
                .claim("appid", "ingest")
                .claim("roles", Set.of("Alert.ReadWrite.All")));
    }

    private List<String> references(String sql) throws SQLException {
        try (var owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery(sql)) {
            var found = new ArrayList<String>();
            while (rows.next()) {
                found.add(rows.getString(1));
            }
            return found;
        }
    }
}

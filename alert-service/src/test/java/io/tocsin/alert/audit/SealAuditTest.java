package io.tocsin.alert.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.audit.AuditVerifier.KnownSeal;
import io.tocsin.alert.audit.AuditVerifier.Verdict;
import io.tocsin.testkit.TestDatabase;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The chain of a tenant of the test's own, sealed by the running service and read by the verifier.
@QuarkusTest
class SealAuditTest extends ApiTest {

    private static final int WRITERS = 8;
    private static final String INSERT =
            "insert into audit_entry (tenant_id, service, at_ticks, actor, action, target, detail)"
                    + " values (?, 'alert-service', 17700000000000000, 'a', 'alert.update', ?, '{\"after\": {\"status\": \"New\"}}')";

    private final UUID tenant = UUID.randomUUID();
    private final AuditVerifier verifier = new AuditVerifier(ownersConnections());

    @Test
    void shouldSealEveryRowOnceWhenManyWriteAtOnceAndCommitLate() throws Exception {
        // Given
        int each = Integer.getInteger("tocsin.prove.audit", 800) / WRITERS;
        var tenants = List.of(tenant, UUID.randomUUID(), UUID.randomUUID());
        var seeds = new Random(20_261_121);

        // When
        var writers = IntStream.range(0, WRITERS)
                .mapToObj(i -> new Random(seeds.nextLong()))
                .map(random -> Thread.ofPlatform().start(() -> write(tenants, each, random)))
                .toList();
        for (Thread writer : writers) {
            writer.join();
        }

        // Then
        var verdicts = new ArrayList<Verdict>();
        for (UUID one : tenants) {
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> verify(one, Optional.empty()).unsealed() == 0);
            verdicts.add(verify(one, Optional.empty()));
        }
        assertThat(verdicts).allSatisfy(verdict -> assertThat(verdict.fault()).isNull());
        assertThat(verdicts.stream().mapToLong(Verdict::entries).sum()).isEqualTo((long) each * WRITERS);
    }

    private static void write(List<UUID> tenants, int times, Random random) {
        try (Connection connection = TestDatabase.open()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < times; i++) {
                for (int row = random.nextInt(3); row >= 0 && i < times; row--, i++) {
                    insert(connection, tenants.get(random.nextInt(tenants.size())), "t" + i);
                }
                i--;
                if (random.nextInt(10) == 0) {
                    Thread.sleep(random.nextInt(60)); // others commit what began later
                }
                connection.commit();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void insert(Connection connection, UUID tenant, String target) throws SQLException {
        try (var insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, tenant);
            insert.setString(2, target);
            insert.executeUpdate();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "update audit_entry set detail = '{}' where id = {2}            | seal 1: its hash is not that of its rows",
                "update audit_entry set actor = 'b' where id = {4}              | seal 2: its hash is not that of its rows",
                "delete from audit_entry where id = {1}                         | seal 1",
                "delete from audit_entry where id = {6}                         | seal 2",
                "insert into audit_entry (tenant_id, service, at_ticks, actor, action, target, change_xid) "
                        + "select tenant_id, service, at_ticks, actor, action, 'forged', change_xid from audit_entry where id = {1} | seal",
                "update audit_entry set target = case id when {1} then 't2' else 't1' end where id in ({1}, {2}) | seal 1: its hash",
                "delete from audit_seal where tenant_id = '{t}' and seq = 1      | seal 2: follows seal 0",
                "update audit_seal set hash = previous_hash where tenant_id = '{t}' and seq = 1 | seal 1",
                "update audit_seal set entries = 2 where tenant_id = '{t}' and seq = 1 | seal 1",
            })
    void shouldNameTheFirstBrokenLinkWhenTheOwnerOfTheDatabaseTampers(String sql, String fault) throws SQLException {
        // Given
        List<Object> ids = twoSeals();
        assertThat(verify(tenant, Optional.empty()).fault()).isNull();

        // When
        String tampering = sql.replace("{t}", tenant.toString());
        for (int i = 0; i < ids.size(); i++) {
            tampering = tampering.replace("{" + (i + 1) + "}", ids.get(i).toString());
        }
        tamper(tampering);

        // Then
        assertThat(verify(tenant, Optional.empty()).fault()).startsWith(fault);
    }

    @Test
    void shouldMissACutTailUnlessASealIsKeptOutside() throws SQLException {
        // Given
        twoSeals();
        var kept = new KnownSeal(
                2,
                TestDatabase.value("select encode(hash, 'hex') from audit_seal where tenant_id = ? and seq = 2", tenant)
                        .toString());
        assertThat(verify(tenant, Optional.of(kept)).fault()).isNull();

        // When
        tamper("delete from audit_entry where tenant_id = '" + tenant + "' and target > 't3';"
                + " delete from audit_seal where tenant_id = '" + tenant + "' and seq = 2");

        // Then
        assertThat(verify(tenant, Optional.empty()).fault()).isNull();
        assertThat(verify(tenant, Optional.of(kept)).fault()).startsWith("seal 2, which was kept outside, is gone");
    }

    @Test
    void shouldSeeAChainThatWasRewrittenWhenASealIsKeptOutside() throws SQLException {
        twoSeals();
        var kept = new KnownSeal(2, "0".repeat(64));

        assertThat(verify(tenant, Optional.of(kept)).fault()).contains("not the one that was kept outside");
    }

    @Test
    void shouldVerifyFromItsAnchorWhenTheOldestBatchIsRemoved() throws SQLException {
        // Given
        twoSeals();
        long now = Long.MAX_VALUE;

        // When
        assertThat(TestDatabase.value("select prune_audit(?, ?)", tenant, now))
                .as("nothing younger than 90 days can go")
                .isEqualTo(0L);
        tamper("update audit_seal set sealed_ticks = 1 where tenant_id = '" + tenant + "' and seq = 1");
        Object gone = TestDatabase.value("select prune_audit(?, ?)", tenant, now);

        // Then
        assertThat(gone).isEqualTo(3L);
        Verdict verdict = verify(tenant, Optional.empty());
        assertThat(verdict.fault()).isNull();
        assertThat(verdict.seals()).isEqualTo(1);
        assertThat(verdict.entries()).isEqualTo(3);
    }

    /// Six rows in two seals; their ids in order.
    private List<Object> twoSeals() throws SQLException {
        for (int seal = 1; seal <= 2; seal++) {
            try (Connection connection = TestDatabase.open()) {
                connection.setAutoCommit(false);
                for (int row = 1; row <= 3; row++) {
                    insert(connection, tenant, "t" + (3 * seal + row - 3));
                }
                connection.commit();
            }
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> verify(tenant, Optional.empty()).unsealed() == 0);
        }
        return TestDatabase.column("select id from audit_entry where tenant_id = ? order by id", tenant);
    }

    private static void tamper(String sql) throws SQLException {
        try (Connection connection = TestDatabase.open();
                var statement = connection.createStatement()) {
            statement.execute(
                    "begin; alter table audit_entry disable trigger user;"
                            + " alter table audit_seal disable trigger user; " + sql
                            + "; alter table audit_entry enable trigger user; alter table audit_seal enable trigger user; commit");
        }
    }

    private Verdict verify(UUID one, Optional<KnownSeal> expected) throws SQLException {
        return verifier.verify(one, expected);
    }

    private static DataSource ownersConnections() {
        return (DataSource) Proxy.newProxyInstance(
                SealAuditTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("getConnection")) {
                        return TestDatabase.open();
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }
}

package io.tocsin.indicator.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.indicator.IndicatorType;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/// Replicas' indexes on one database. What they end up with is what the table has.
class IndexFollowerTest {

    private static final int TRANSACTIONS = Integer.getInteger("tocsin.prove.replicas", 1_000);
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20261129L);
    private static final long ROOM = 100_000_000;
    private static final List<UUID> TENANTS = List.of(new UUID(1, 1), new UUID(2, 2), new UUID(3, 3));

    private static final String ADD = """
            with changed as (
                insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity,
                    title, description, creation_ticks, last_update_ticks)
                values (?, ?, ?, ?, ?, 'test', 'Low', 't', 'd', 1, 1)
                on conflict (tenant_id, indicator_type, match_value, action) do update set last_update_ticks = 2
                returning tenant_id, id)
            insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) select tenant_id, id, false, 1 from changed
            """;

    private static final String REMOVE = """
            with changed as (
                delete from indicator where tenant_id = ? and indicator_type = ? and match_value = ? returning tenant_id, id)
            insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) select tenant_id, id, true, 1 from changed
            """;

    private static TestPostgres postgres;

    @TempDir
    Path folder;

    record Row(UUID tenant, IndicatorType type, String value) {}

    @BeforeAll
    static void start() throws SQLException {
        postgres = TestPostgres.start();
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("select check_feed_epoch()"); // as the first statement of a service's connection does
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty() throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("truncate indicator, indicator_change, feed_pruned cascade");
        }
    }

    @Test
    void shouldConvergeWhenThreeReplicasAreKilledAtRandomWhileWritersCommitLate() throws Exception {
        // Given
        var written = new AtomicBoolean();
        var kills = new AtomicInteger();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<IndexFollower>> replicas = new ArrayList<>();
            for (int replica = 0; replica < 3; replica++) {
                int number = replica;
                replicas.add(threads.submit(() -> live(number, written, kills)));
            }

            // When
            List<Callable<Void>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                long seed = SEED + writer;
                writers.add(() -> write(new Random(seed)));
            }
            for (Future<Void> writer : threads.invokeAll(writers)) {
                writer.get();
            }
            written.set(true);

            // Then
            Map<Long, Row> rows = rows();
            assertThat(rows).hasSizeGreaterThan(TRANSACTIONS / 20);
            for (Future<IndexFollower> replica : replicas) {
                assertHolds(replica.get(), rows);
            }
        }
        System.out.printf("index: three replicas agree with the table after %d kills%n", kills.get());
        assertThat(kills.get()).isGreaterThan(3);
    }

    /// Until everything is written and taken in; killed now and then, and begun again from its last snapshot or from
    /// nothing.
    private IndexFollower live(int number, AtomicBoolean written, AtomicInteger kills) throws IOException {
        var random = new Random(SEED * 31 + number);
        Path file = folder.resolve("replica" + number);
        IndexFollower replica = begin(file, random);
        while (true) {
            boolean last = written.get();
            boolean more = replica.follow();
            while (replica.merge()) {
                // as much as there is
            }
            if (last && !more) {
                return settled(replica);
            }
            if (random.nextInt(8) == 0) {
                replica.save(file);
            }
            if (random.nextInt(12) == 0) { // what it has not saved is lost
                kills.incrementAndGet();
                replica = begin(file, random);
            }
        }
    }

    /// Somebody's open transaction may hold the last rows back for a moment.
    private static IndexFollower settled(IndexFollower replica) {
        long told = replica.changes();
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(20)).until(() -> !replica.follow());
        assertThat(replica.changes()).isGreaterThanOrEqualTo(told);
        return replica;
    }

    private static IndexFollower begin(Path file, Random random) throws IOException {
        var replica = new IndexFollower(database(), ROOM);
        if (random.nextInt(4) == 0 || !replica.restore(file)) {
            assertThat(replica.load()).isTrue();
        }
        assertThat(replica.table()).as("before it has caught up").isNull();
        return replica;
    }

    private static Void write(Random random) throws SQLException, InterruptedException {
        try (Connection connection = database().getConnection()) {
            connection.setAutoCommit(false);
            for (int i = 0; i < TRANSACTIONS / 4; i++) {
                for (int rows = 1 + random.nextInt(8); rows > 0; rows--) {
                    change(connection, random);
                }
                if (random.nextInt(5) == 0) {
                    Thread.sleep(random.nextInt(4)); // commits late, behind those who began after it
                }
                if (random.nextInt(8) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                }
            }
        } catch (SQLException failed) {
            if (!"40P01".equals(failed.getSQLState())) {
                throw failed;
            }
        }
        return null;
    }

    private static void change(Connection connection, Random random) throws SQLException {
        UUID tenant = TENANTS.get(random.nextInt(TENANTS.size()));
        String type = IndicatorType.values()[random.nextInt(7)].name();
        String value = "v" + random.nextInt(400) + (random.nextInt(50) == 0 ? "\\odd" : "");
        boolean adds = random.nextInt(3) > 0;
        try (PreparedStatement statement = connection.prepareStatement(adds ? ADD : REMOVE)) {
            statement.setObject(1, tenant);
            if (adds) {
                statement.setString(2, value);
                statement.setString(3, type);
                statement.setString(4, value);
                statement.setString(5, random.nextBoolean() ? "Block" : "Audit");
            } else {
                statement.setString(2, type);
                statement.setString(3, value);
            }
            statement.execute();
        }
    }

    @Test
    void shouldGiveUpWhenTheIndexWouldBeLargerThanItMay() throws SQLException, InterruptedException {
        write(new Random(SEED));

        assertThat(new IndexFollower(database(), 100).load()).isFalse();
    }

    @Test
    void shouldReadEveryIndicatorAgainWhenTheDatabaseIsAnotherThanBefore() throws SQLException, InterruptedException {
        // Given
        write(new Random(SEED));
        var replica = new IndexFollower(database(), ROOM);
        replica.load();
        replica.follow();

        // When
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("delete from indicator where id % 2 = 0"); // as a restore does: no change row says so
            statement.execute("update feed_epoch set reached = '1'");
            statement.execute("select begin_feed_epoch('a test')");
        }
        write(new Random(SEED + 100));
        while (replica.follow()) {
            // as much as there is
        }
        settled(replica);

        // Then
        assertHolds(replica, rows());
    }

    @Test
    void shouldReadEveryIndicatorAgainWhenItWasAwayForLongerThanChangesAreKept() throws Exception {
        // Given
        write(new Random(SEED));
        Path file = folder.resolve("away");
        var before = new IndexFollower(database(), ROOM);
        before.load();
        before.follow();
        before.save(file);
        write(new Random(SEED + 200));
        while (before.follow()) {
            // as much as there is
        }
        settled(before);
        KeyTable held = before.table();

        // When
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("delete from indicator_change");
        }
        var away = new IndexFollower(database(), ROOM);
        assertThat(away.restore(file)).isTrue();
        away.follow();
        settled(away);
        before.follow();

        // Then
        assertHolds(away, rows());
        assertThat(before.table()).as("of who had seen all of them").isSameAs(held);
        assertHolds(before, rows());
    }

    private static void assertHolds(IndexFollower replica, Map<Long, Row> rows) {
        KeyTable table = replica.table();
        var hits = new Hits();
        long[] key = new long[2];
        Set<Long> found = new TreeSet<>();
        rows.forEach((id, row) -> {
            table.hash().hash(row.tenant(), row.type(), row.value(), key, 0);
            hits.clear();
            table.find(key[0], key[1], hits);
            for (int i = 0; i < hits.size(); i++) {
                found.add(hits.id(i));
            }
        });
        assertThat(found).isEqualTo(new TreeSet<>(rows.keySet()));
    }

    private static Map<Long, Row> rows() throws SQLException {
        var rows = new HashMap<Long, Row>();
        try (Connection owner = postgres.asOwner();
                ResultSet row = owner.createStatement()
                        .executeQuery("select id, tenant_id, indicator_type, match_value from indicator")) {
            while (row.next()) {
                rows.put(
                        row.getLong(1),
                        new Row(
                                row.getObject(2, UUID.class),
                                IndicatorType.valueOf(row.getString(3)),
                                row.getString(4)));
            }
        }
        return rows;
    }

    private static DataSource database() {
        var database = new PGSimpleDataSource();
        database.setUrl(postgres.url());
        database.setUser(TestPostgres.login("indicator-service"));
        database.setPassword(TestPostgres.password());
        return database;
    }
}

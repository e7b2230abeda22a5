package io.tocsin.bench.matching;

import io.tocsin.indicator.index.Hits;
import io.tocsin.indicator.index.IndexFollower;
import io.tocsin.indicator.index.KeyTable;
import io.tocsin.testkit.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/// How soon a replica's index is there: read from ten million rows, and from a snapshot. `make bench-index-load`.
final class IndexLoad {

    private static final int INDICATORS = Integer.getInteger("tocsin.bench.indicators", 10_000_000);
    private static final int PART = 500_000;
    private static final int ROUNDS = Integer.getInteger("tocsin.bench.rounds", 3);
    private static final long ROOM = 2_000_000_000;

    private IndexLoad() {}

    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("tocsin-index-load");
        Path file = folder.resolve("snapshot");
        try (TestPostgres postgres = TestPostgres.start()) {
            fill(postgres);
            DataSource database = database(postgres);
            for (int round = 1; round <= ROUNDS; round++) {
                long began = System.nanoTime();
                var loaded = new IndexFollower(database, ROOM);
                loaded.load();
                loaded.follow();
                say(round, "from the table", began, loaded.table());
                began = System.nanoTime();
                loaded.save(file);
                System.out.printf(
                        "index load %d: written as a snapshot in %,d ms, %,d MB%n",
                        round, (System.nanoTime() - began) / 1_000_000, Files.size(file) / 1_000_000);
                loaded = null; // the next has its room
                began = System.nanoTime();
                var restored = new IndexFollower(database, ROOM);
                restored.restore(file);
                restored.follow();
                say(round, "from a snapshot", began, restored.table());
            }
        } finally {
            Files.deleteIfExists(file);
            Files.delete(folder);
        }
    }

    /// What is loaded is asked for, too.
    private static void say(int round, String from, long began, KeyTable table) {
        long millis = (System.nanoTime() - began) / 1_000_000;
        var hits = new Hits();
        long[] key = new long[2];
        for (int n = 1; n <= INDICATORS; n += INDICATORS / 1_000) {
            table.hash().hash(Asked.TENANT, Asked.TYPE, "%040x".formatted(n), key, 0);
            table.find(key[0], key[1], hits);
        }
        System.out.printf(
                "index load %d: %s in %,d ms, %,d entries, %,d MB, %d of 1,000 found%n",
                round, from, millis, table.entries(), table.bytes() / 1_000_000, hits.size());
    }

    /// Only what is read matters: the indexes of the table would take most of the time.
    private static void fill(TestPostgres postgres) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("select check_feed_epoch()");
            statement.execute("""
                    do $$ declare name text; begin
                        for name in select indexrelid::regclass::text from pg_index
                            where indrelid = 'indicator'::regclass and not indisunique
                        loop execute 'drop index ' || name; end loop; end $$""");
            for (int from = 0; from < INDICATORS; from += PART) {
                statement.execute("""
                        insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity,
                            title, description, creation_ticks, last_update_ticks)
                        select '%s', v, '%s', v, 'Block', 'bench', 'Low', 'Known malware', 'Seen in a campaign against banks', 1, 1
                        from (select lpad(to_hex(n), 40, '0') as v from generate_series(%d, %d) n) g
                        """.formatted(Asked.TENANT, Asked.TYPE, from + 1, Math.min(INDICATORS, from + PART)));
            }
        }
    }

    private static DataSource database(TestPostgres postgres) {
        var database = new PGSimpleDataSource();
        database.setUrl(postgres.url());
        database.setUser(TestPostgres.login("indicator-service"));
        database.setPassword(TestPostgres.password());
        return database;
    }
}

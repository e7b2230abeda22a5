package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real server in a folder of its own.
class PostgresTest {

    @TempDir
    static Path folder;

    private static final Queue<String> said = new ConcurrentLinkedQueue<>();
    private static final CountDownLatch back = new CountDownLatch(1);
    private static RunDirectory run;
    private static ReadyFile ready;
    private static Secrets secrets;
    private static Postgres postgres;

    @BeforeAll
    static void start() throws Exception {
        run = RunDirectory.prepared(folder);
        secrets = new Secrets(run.secrets());
        ready = new ReadyFile(run.ready());
        postgres = new Postgres(run, secrets, new Ports(run.ports()).portOf("postgres"));
        postgres.start(() -> true, ready, PostgresTest::say);
        ready.open("ready\n");
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
        assertThat(run.pid("postgres")).doesNotExist();
    }

    private static void say(String line) {
        said.add(line + (Files.exists(run.ready()) ? " (ready)" : " (not ready)"));
        if (line.endsWith("is ready again")) {
            back.countDown();
        }
    }

    @Test
    void shouldWriteToDiskWhatItAcknowledges() throws SQLException {
        for (var setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertThat(one("SHOW " + setting)).as(setting).isEqualTo("on");
        }
    }

    @Test
    void shouldComeBackWithEverythingAcknowledgedWhenItIsKilled() throws Exception {
        // Given
        var killed = pid();
        var acknowledged = 0;

        try (var connection = connect()) {
            execute(connection, "CREATE TABLE kept (id int)");
            for (; acknowledged < 200; acknowledged++) {
                execute(connection, "INSERT INTO kept VALUES (" + acknowledged + ")");
            }
        }
        var busy = Thread.ofVirtual().start(PostgresTest::workForEver);
        while (one("SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DO %'")
                .equals("0")) {
            Thread.sleep(20);
        }

        // When
        ProcessHandle.of(killed).orElseThrow().destroyForcibly();
        busy.join();

        // Then
        assertThat(back.await(60, TimeUnit.SECONDS)).as(said.toString()).isTrue();
        assertThat(said)
                .contains(
                        "PostgreSQL ended; starting it again in 1 s (not ready)", "PostgreSQL is ready again (ready)");
        assertThat(pid()).isNotEqualTo(killed);
        assertThat(one("SELECT count(*) FROM kept")).isEqualTo(Integer.toString(acknowledged));
    }

    /// Never looks whether its server is still there: it has to be ended before the data can be had again.
    private static void workForEver() {
        try (var connection = connect()) {
            execute(connection, "DO 'BEGIN LOOP END LOOP; END'");
        } catch (SQLException ended) {
            say(ended.getClass().getSimpleName());
        }
    }

    private static long pid() throws Exception {
        return Long.parseLong(Files.readString(run.pid("postgres")).strip());
    }

    private static String one(String query) throws SQLException {
        try (var connection = connect();
                var statement = connection.createStatement();
                var row = statement.executeQuery(query)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Connection connect() throws SQLException {
        return DriverManager.getConnection(postgres.url(), Postgres.OWNER, secrets.password(Postgres.OWNER));
    }
}

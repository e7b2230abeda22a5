package io.tocsin.testkit;

import io.tocsin.db.OutsideTransactions;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/// An embedded PostgreSQL with the platform's schema, its owner role and one login role per service, as an installation
/// has them.
public final class TestPostgres implements AutoCloseable {

    private static final String DATABASE = "tocsin";
    private static final String OWNER = "tocsin_owner";
    private static final String PASSWORD = "test";
    private static final List<String> SERVICES = List.of("alert", "response", "indicator");

    private static final Duration LAST_WORDS = Duration.ofSeconds(10);

    private final Path data;
    private final Map<String, String> settings;
    private EmbeddedPostgres server;

    /// Removed when it stops.
    private Path copy;

    private TestPostgres(EmbeddedPostgres server) {
        this(server, null, Map.of());
    }

    private TestPostgres(EmbeddedPostgres server, Path data, Map<String, String> settings) {
        this.server = server;
        this.data = data;
        this.settings = settings;
    }

    /// Starts a server on a free port, on a copy of a cluster that was migrated.
    public static TestPostgres start() {
        return start(EmbeddedPostgres.builder());
    }

    /// The same, which also speaks TLS to who asks for it.
    public static TestPostgres start(TestCertificates certificates) {
        return start(EmbeddedPostgres.builder()
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", certificates.certificate().toString())
                .setServerConfig("ssl_key_file", certificates.key().toString()));
    }

    /// Starts a server with the schema as it was with a migration, for example a release's newest. It has no logins
    /// of services.
    public static TestPostgres startAt(String version) {
        TestPostgres started = startEmpty();
        started.migrateTo(version);
        return started;
    }

    /// Starts a server with the owner's role and a database with nothing in it.
    public static TestPostgres startEmpty() {
        try {
            var started = new TestPostgres(
                    EmbeddedPostgres.builder().setServerConfig("fsync", "off").start());
            started.createOwnerAndDatabase();
            return started;
        } catch (IOException | SQLException failed) {
            throw new IllegalStateException("The embedded PostgreSQL did not start", failed);
        }
    }

    private static TestPostgres start(EmbeddedPostgres.Builder server) {
        try {
            Path copy = Files.createTempDirectory("epg");
            MigratedCluster.copyTo(copy, TestPostgres::makeMigrated);
            var started = new TestPostgres(server.setDataDirectory(copy)
                    .setCleanDataDirectory(false)
                    .setServerConfig("fsync", "off")
                    .setServerConfig("max_connections", "100")
                    // A test that empties a table meets the service's jobs: the one that goes on waits less.
                    .setServerConfig("deadlock_timeout", "100ms")
                    .start());
            started.copy = copy;
            return started;
        } catch (IOException failed) {
            throw new IllegalStateException("The embedded PostgreSQL did not start", failed);
        }
    }

    /// Leaves in an empty folder the files of a cluster with the schema and the logins.
    private static void makeMigrated(Path data) throws IOException {
        try (var started = new TestPostgres(EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .start())) {
            started.createOwnerAndDatabase();
            started.migrate();
            started.createLogins(OWNER);
        } catch (SQLException failed) {
            throw new IllegalStateException("The schema was not made", failed);
        }
    }

    /// Starts a server on a folder that is kept when it stops. What a new folder gets is what a dump does not hold: the
    /// roles, and a database with nothing in it.
    ///
    /// @param settings of the server, beside those of every test
    public static TestPostgres start(Path data, int port, Map<String, String> settings) {
        boolean isNew = !Files.exists(data.resolve("PG_VERSION"));
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "off")
                .setServerConfig("max_connections", "100");
        // They are words of a shell's.
        settings.forEach((name, value) -> builder.setServerConfig(name, "'" + value + "'"));
        try {
            var started = new TestPostgres(builder.start());
            if (isNew) {
                started.createOwnerAndDatabase();
                for (String service : SERVICES) {
                    execute(started.url(), "postgres", null, "create role tocsin_" + service);
                }
                started.createLogins("postgres");
            }
            return started;
        } catch (IOException | SQLException failed) {
            throw new IllegalStateException("The embedded PostgreSQL did not start", failed);
        }
    }

    /// Starts a server that writes to disk what it acknowledges, as one in production does, so that it may be
    /// killed.
    ///
    /// @param data an empty folder of its own
    public static TestPostgres startDurable(Path data) {
        return startDurable(data, Map.of());
    }

    /// The same with settings of the server, beside or instead of those of every durable one.
    public static TestPostgres startDurable(Path data, Map<String, String> settings) {
        try {
            Files.createDirectories(data);
            MigratedCluster.copyTo(data, TestPostgres::makeMigrated);
            return new TestPostgres(durable(data, 0, settings), data, settings);
        } catch (IOException failed) {
            throw new IllegalStateException("The embedded PostgreSQL did not start", failed);
        }
    }

    /// The library's defaults are made for tests: no fsync, and commits that may be lost.
    private static EmbeddedPostgres durable(Path data, int port, Map<String, String> settings) throws IOException {
        var builder = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("shared_buffers", "512MB")
                .setServerConfig("max_wal_size", "4GB")
                .setServerConfig("max_connections", "100");
        settings.forEach(builder::setServerConfig);
        return builder.start();
    }

    /// `kill -9` of the server, if it still runs, and of whatever it had begun, and a start on the same data and port.
    /// Only of a durable one.
    public void killAndRestart() throws IOException, InterruptedException {
        int port = server.getPort();
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + LAST_WORDS.toNanos();
        while (all.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < end) {
            Thread.sleep(20);
        }
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        Files.deleteIfExists(data.resolve("epg-lock"));
        server = durable(data, port, settings);
    }

    /// The processes of a durable one: none when it has ended.
    public List<ProcessHandle> processes() {
        if (!Files.exists(data.resolve("postmaster.pid"))) {
            return List.of();
        }
        return ProcessHandle.of(pid()).stream()
                .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
                .toList();
    }

    /// The process of a durable one.
    public long pid() {
        try {
            return Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid"))
                    .getFirst()
                    .strip());
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    private void createOwnerAndDatabase() throws SQLException {
        execute(
                server.getJdbcUrl("postgres", "postgres"),
                "postgres",
                null,
                "create role " + OWNER + " login createrole password '" + PASSWORD + "'",
                "create database " + DATABASE + " owner " + OWNER);
    }

    /// Applies what is missing, as the migration's mode would.
    ///
    /// @param further folders of migrations beside the product's own, for example those of a release to come
    public void migrate(String... further) {
        var locations = new ArrayList<>(List.of("db/migration"));
        locations.addAll(List.of(further));
        flyway(locations).load().migrate();
    }

    /// Applies what is missing up to a migration.
    public void migrateTo(String version) {
        flyway(List.of("db/migration")).target(version).load().migrate();
    }

    /// Applies what is missing of the migrations in a folder of the file system, and none of the product's own.
    public void migrateFrom(Path folder) {
        flyway(List.of("filesystem:" + folder)).load().migrate();
    }

    private FluentConfiguration flyway(List<String> locations) {
        FluentConfiguration flyway = Flyway.configure()
                .dataSource(url(), OWNER, PASSWORD)
                .locations(locations.toArray(String[]::new))
                .placeholders(Map.of(
                        "alert_role", "tocsin_alert",
                        "response_role", "tocsin_response",
                        "indicator_role", "tocsin_indicator"));
        new OutsideTransactions().customize(flyway);
        return flyway;
    }

    /// Makes the services' logins, of a server that was started at an earlier version.
    public void createLogins() throws SQLException {
        createLogins(OWNER);
    }

    private void createLogins(String administrator) throws SQLException {
        for (String service : SERVICES) {
            execute(
                    url(),
                    administrator,
                    PASSWORD,
                    "create role " + service + "_service login password '" + PASSWORD + "' in role tocsin_" + service,
                    "alter role " + service + "_service set statement_timeout = '30s'",
                    "alter role " + service + "_service set idle_in_transaction_session_timeout = '5s'");
        }
    }

    /// The database's address, without credentials.
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + DATABASE;
    }

    /// The port the server listens on.
    public int port() {
        return server.getPort();
    }

    /// The login role of a service such as `alert-service`.
    public static String login(String service) {
        return service.replace('-', '_');
    }

    /// The login of the owner, as whom migrations run.
    public static String owner() {
        return OWNER;
    }

    /// The password of every role here.
    public static String password() {
        return PASSWORD;
    }

    /// A connection of the server's administrator.
    public Connection asAdministrator() throws SQLException {
        return DriverManager.getConnection(url(), "postgres", null);
    }

    /// A connection as the owner, who may do anything to the schema.
    public Connection asOwner() throws SQLException {
        return DriverManager.getConnection(url(), OWNER, PASSWORD);
    }

    /// A connection with a service's own rights.
    public Connection as(String service) throws SQLException {
        return DriverManager.getConnection(url(), login(service), PASSWORD);
    }

    @Override
    public void close() {
        try {
            server.close();
            if (copy != null) {
                MigratedCluster.delete(copy);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void execute(String url, String user, String password, String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url, user, password);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}

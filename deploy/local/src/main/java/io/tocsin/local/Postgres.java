package io.tocsin.local;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/// PostgreSQL from the binaries of Maven Central, with its data kept from run to run.
///
/// Logs in by password only, and writes to disk what it has acknowledged: the library's defaults (trust, no fsync) are
/// made for tests.
final class Postgres implements AutoCloseable {

    static final String DATABASE = "tocsin";
    static final String OWNER = "tocsin_owner";

    private static final String PART = "postgres";
    private static final String INITIALISED = "postgres-initialised";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final RunDirectory run;
    private final Secrets secrets;
    private final EmbeddedPostgres server;

    private Postgres(RunDirectory run, Secrets secrets, EmbeddedPostgres server) {
        this.run = run;
        this.secrets = secrets;
        this.server = server;
    }

    static Postgres start(RunDirectory run, Secrets secrets, int port) throws IOException, SQLException {
        var isNew = !run.isMarked(INITIALISED);
        if (isNew) {
            RunDirectory.deleteTree(run.data());
        }
        var password = secrets.password("postgres");
        var log = ProcessBuilder.Redirect.appendTo(run.log(PART).toFile());
        EmbeddedPostgres server;
        try {
            server = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(run.postgresBinaries().toFile())
                    .setDataDirectory(run.data())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPort(port)
                    .setPGStartupWait(START_LIMIT)
                    .setConnectConfig("password", password)
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    // Nobody needs the socket, and its path may be longer than the system allows.
                    .setServerConfig("unix_socket_directories", "")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setOutputRedirector(log)
                    .setErrorRedirector(log)
                    .start();
        } catch (IOException | RuntimeException e) {
            throw new StartFailure("PostgreSQL did not start", run.log(PART), e);
        }
        var postgres = new Postgres(run, secrets, server);
        run.writePid(PART, postgres.postmaster());
        if (isNew) {
            postgres.initialise(password);
            run.mark(INITIALISED);
        }
        return postgres;
    }

    private void initialise(String password) throws IOException, SQLException {
        try (var connection = connect("postgres")) {
            execute(connection, "ALTER ROLE postgres PASSWORD '" + password + "'");
            execute(
                    connection,
                    "CREATE ROLE %s LOGIN CREATEROLE PASSWORD '%s'".formatted(OWNER, secrets.password(OWNER)));
            execute(connection, "CREATE DATABASE %s OWNER %s".formatted(DATABASE, OWNER));
            Files.writeString(run.data().resolve("pg_hba.conf"), "host all all 127.0.0.1/32 scram-sha-256\n");
            execute(connection, "SELECT pg_reload_conf()");
        }
    }

    /// Gives each service a role to log in with, a member of the group that the migrations made for it.
    void createLoginRoles() throws SQLException {
        try (var connection = connect(DATABASE)) {
            for (var service : Service.values()) {
                if (!exists(connection, service.groupRole())) {
                    throw new StartFailure("The migrations made no role " + service.groupRole());
                }
                var role = service.loginRole();
                if (!exists(connection, role)) {
                    execute(connection, "CREATE ROLE %s IN ROLE %s".formatted(role, service.groupRole()));
                }
                execute(
                        connection,
                        "ALTER ROLE %s LOGIN PASSWORD '%s'".formatted(role, secrets.password(service.loginRole())));
                execute(connection, "ALTER ROLE %s SET statement_timeout = '30s'".formatted(role));
                execute(connection, "ALTER ROLE %s SET idle_in_transaction_session_timeout = '5s'".formatted(role));
            }
        }
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + DATABASE;
    }

    /// The settings of Quarkus with which a process logs in as `role`.
    Map<String, String> login(String role) {
        return Map.of(
                "QUARKUS_DATASOURCE_JDBC_URL", url(),
                "QUARKUS_DATASOURCE_USERNAME", role,
                "QUARKUS_DATASOURCE_PASSWORD", secrets.password(role));
    }

    @Override
    public void close() throws IOException {
        server.close();
        run.forgetPid(PART);
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(run.data().resolve("postmaster.pid"))
                .getFirst()
                .strip());
    }

    private Connection connect(String database) throws SQLException {
        return server.getDatabase("postgres", database).getConnection();
    }

    private static boolean exists(Connection connection, String role) throws SQLException {
        try (var query = connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
            query.setString(1, role);
            try (var rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

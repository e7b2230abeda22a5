package io.tocsin.local;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// PostgreSQL from the binaries of Maven Central, with its data kept from run to run.
///
/// Logs in by password only, and writes to disk what it has acknowledged: the library's defaults (trust, no fsync) are
/// made for tests.
final class Postgres implements Part, AutoCloseable {

    static final String DATABASE = "tocsin";
    static final String OWNER = "tocsin_owner";

    private static final String PART = "postgres";
    private static final String INITIALISED = "postgres-initialised";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final RunDirectory run;
    private final Secrets secrets;
    private final int port;
    private final Path binaries;

    private boolean closed;
    private @Nullable EmbeddedPostgres server;
    private @Nullable Postmaster postmaster;

    Postgres(RunDirectory run, Secrets secrets, int port) {
        this.run = run;
        this.secrets = secrets;
        this.port = port;
        this.binaries = run.realPath().resolve(run.postgresBinaries().getFileName());
    }

    @Override
    public String label() {
        return "PostgreSQL";
    }

    /// Returns when it answers; from then on it is kept running.
    ///
    /// @param ready whether everything that needs the database answers
    void start(Keeper.Check ready, ReadyFile file, Consumer<String> progress)
            throws IOException, InterruptedException, SQLException {
        var isNew = !run.isMarked(INITIALISED);
        if (isNew) {
            RunDirectory.deleteTree(run.data());
        }
        var first = launch();
        if (first == null) {
            return;
        }
        if (isNew) {
            initialise();
            run.mark(INITIALISED);
        }
        new Keeper(this, ready, file, progress).keep(first);
    }

    /// Returns when it answers, so also when it has mended what a crash left.
    @Override
    public @Nullable Running launch() throws IOException, InterruptedException {
        endOrphans();
        forgetTheDead();
        // The library gives up the lock of a server that it has stopped itself, of no other. Ours is the supervisor's.
        Files.deleteIfExists(run.data().resolve("epg-lock"));
        var log = ProcessBuilder.Redirect.appendTo(run.log(PART).toFile());
        EmbeddedPostgres started;
        try {
            started = EmbeddedPostgres.builder()
                    .setOverrideWorkingDirectory(run.postgresBinaries().toFile())
                    .setDataDirectory(run.data())
                    .setCleanDataDirectory(false)
                    .setRegisterShutdownHook(false)
                    .setPort(port)
                    .setPGStartupWait(START_LIMIT)
                    .setConnectConfig("password", secrets.password("postgres"))
                    .setServerConfig("listen_addresses", "127.0.0.1")
                    // Nobody needs the socket, and its path may be longer than the system allows.
                    .setServerConfig("unix_socket_directories", "")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("full_page_writes", "on")
                    .setOutputRedirector(log)
                    .setErrorRedirector(log)
                    .start();
        } catch (IOException | RuntimeException e) {
            throw new StartFailure("PostgreSQL did not start", run.log(PART), e);
        }
        return taken(started);
    }

    private synchronized @Nullable Running taken(EmbeddedPostgres started) throws IOException {
        if (closed) {
            started.close();
            return null;
        }
        var pid = Long.parseLong(Files.readAllLines(postmasterFile()).getFirst().strip());
        run.writePid(PART, pid);
        server = started;
        postmaster = new Postmaster(pid);
        return postmaster;
    }

    /// The children of a server that was killed end by themselves, an idle one at once, a busy one when it next looks
    /// up;
    /// until the last is gone no other server may have the data.
    private void endOrphans() throws InterruptedException {
        var deadline = System.nanoTime() + LAST_WORDS.toNanos();
        for (var orphans = processes(); !orphans.isEmpty(); orphans = processes()) {
            if (System.nanoTime() > deadline) {
                orphans.forEach(ProcessHandle::destroyForcibly);
            }
            Thread.sleep(POLL);
        }
    }

    /// A server refuses data whose lock names a living process, and one that nobody has reaped yet is living to it. No
    /// process of this folder is, unless the system keeps to itself what its processes run.
    private void forgetTheDead() throws IOException {
        if (ProcessHandle.current().info().command().isPresent()) {
            Files.deleteIfExists(postmasterFile());
        }
    }

    private Path postmasterFile() {
        return run.data().resolve("postmaster.pid");
    }

    /// Everything that runs a binary of this folder.
    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses().filter(this::runsOurBinary).toList();
    }

    private boolean runsOurBinary(ProcessHandle process) {
        return process.info()
                .command()
                .filter(command -> Path.of(command).startsWith(binaries))
                .isPresent();
    }

    @Override
    public synchronized boolean isStopping() {
        return closed;
    }

    private void initialise() throws IOException, SQLException {
        try (var connection = connect("postgres")) {
            execute(connection, "ALTER ROLE postgres PASSWORD '" + secrets.password("postgres") + "'");
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
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE;
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
        EmbeddedPostgres last;
        boolean runs;
        synchronized (this) {
            closed = true;
            last = server;
            runs = postmaster != null && postmaster.isAlive();
        }
        if (last != null && runs) {
            last.close();
        }
        run.forgetPid(PART);
    }

    private Connection connect(String database) throws SQLException {
        var properties = new Properties();
        properties.put("user", "postgres");
        properties.put("password", secrets.password("postgres"));
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
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

    /// The server's first process. It is no child of ours, since it has a session of its own to outlive a Ctrl-C until
    /// the
    /// services have ended, so nobody tells us of its end.
    private final class Postmaster implements Running {

        private final ProcessHandle process;
        private final boolean tellsItsBinary;

        private Postmaster(long pid) {
            this.process = ProcessHandle.of(pid)
                    .orElseThrow(() -> new StartFailure("PostgreSQL ended right after its start", run.log(PART)));
            this.tellsItsBinary = runsOurBinary(process);
        }

        @Override
        public boolean isAlive() {
            // One that nobody has reaped is alive to the system, but runs nothing.
            return process.isAlive() && (!tellsItsBinary || runsOurBinary(process));
        }

        @Override
        public String waitForEnd() throws InterruptedException {
            while (isAlive()) {
                Thread.sleep(POLL);
            }
            run.forgetPid(PART);
            return "ended";
        }
    }
}

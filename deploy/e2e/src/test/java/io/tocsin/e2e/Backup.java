package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postgresql.PGConnection;

/// What an operator does to a database to have it back: a dump, or a copy of its files with the log behind it.
///
/// PostgreSQL's own `pg_dump` and `pg_restore` are used when they are here (`tocsin.pg.bin`, else the PATH) and new
/// enough
/// for the server. Without them a dump is the schema by the migrations and each table by `COPY` in one snapshot: the
/// rows
/// are written anew in either, which is what matters.
final class Backup {

    private static final int SERVER = 18;
    private static final Pattern VERSION = Pattern.compile("(\\d+)(\\.\\d+)?");
    private static final String TABLES =
            "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by relname";
    private static final String SEQUENCES =
            "select format('select setval(%L, %s)', schemaname || '.' || sequencename, last_value) from pg_sequences"
                    + " where last_value is not null";

    private Backup() {}

    /// The folder of tools that can dump the server, if there is one.
    static Optional<Path> tools() {
        return Stream.concat(
                        Stream.ofNullable(System.getProperty("tocsin.pg.bin")).filter(folder -> !folder.isBlank()),
                        Stream.of(System.getenv("PATH").split(File.pathSeparator)))
                .map(Path::of)
                .filter(folder -> Files.isExecutable(folder.resolve("pg_restore")))
                .filter(folder -> majorOf(folder.resolve("pg_dump")) >= SERVER)
                .findFirst();
    }

    /// Dumps the database into a folder.
    static void dump(TestPostgres from, Path folder) throws SQLException, IOException {
        Optional<Path> tools = tools();
        if (tools.isPresent()) {
            run(
                    tools.get().resolve("pg_dump").toString(),
                    "--format=custom",
                    "--file=" + folder.resolve("tocsin.dump"),
                    "--dbname=postgresql://postgres@127.0.0.1:" + from.port() + "/tocsin");
            return;
        }
        try (Connection connection = from.asAdministrator()) {
            connection.setAutoCommit(false);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            for (String table : column(connection, TABLES)) {
                try (var file = Files.newOutputStream(folder.resolve(table))) {
                    connection.unwrap(PGConnection.class).getCopyAPI().copyOut("copy " + table + " to stdout", file);
                }
            }
            Files.write(folder.resolve(".sequences"), column(connection, SEQUENCES));
        }
    }

    /// Restores a dump into a database with nothing in it.
    static void restore(Path folder, TestPostgres into) throws SQLException, IOException {
        Optional<Path> tools = tools();
        if (tools.isPresent()) {
            run(
                    tools.get().resolve("pg_restore").toString(),
                    "--exit-on-error",
                    "--dbname=postgresql://postgres@127.0.0.1:" + into.port() + "/tocsin",
                    folder.resolve("tocsin.dump").toString());
            return;
        }
        into.migrate();
        try (Connection connection = into.asAdministrator();
                var statement = connection.createStatement();
                Stream<Path> files = Files.list(folder)) {
            statement.execute("set session_replication_role = replica");
            List<Path> tables = files.filter(
                            file -> !file.getFileName().toString().startsWith("."))
                    .toList();
            for (Path table : tables) {
                String name = table.getFileName().toString();
                if (name.matches("device_event_\\d{8}")) {
                    statement.execute("select make_device_event_day('" + name.substring(13) + "')");
                }
            }
            statement.execute("truncate "
                    + tables.stream()
                            .map(table -> table.getFileName().toString())
                            .collect(Collectors.joining(", ")));
            for (Path table : tables) {
                try (var rows = Files.newInputStream(table)) {
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("copy " + table.getFileName() + " from stdin", rows);
                }
            }
            for (String sequence : Files.readAllLines(folder.resolve(".sequences"))) {
                statement.execute(sequence);
            }
        }
    }

    /// Copies a running server's files as `pg_basebackup` does, by the functions it uses; the log that belongs to them
    /// is
    /// in the archive.
    static void copy(TestPostgres from, Path data, Path to) throws SQLException, IOException {
        try (Connection connection = from.asAdministrator()) {
            column(connection, "select pg_backup_start('e2e', fast => true)::text");
            try (Stream<Path> files = Files.walk(data)) {
                for (Path file : files.filter(
                                file -> isPartOfACopy(data.relativize(file).toString()))
                        .toList()) {
                    Path copy = to.resolve(data.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(copy);
                    } else {
                        Files.copy(file, copy);
                    }
                }
            }
            Files.createDirectories(to.resolve("pg_wal"));
            to.toFile().setReadable(false, false);
            to.toFile().setReadable(true, true);
            to.toFile().setExecutable(false, false);
            to.toFile().setExecutable(true, true);
            Files.writeString(
                    to.resolve("backup_label"),
                    column(connection, "select labelfile from pg_backup_stop(wait_for_archive => true)")
                            .getFirst());
        }
    }

    private static boolean isPartOfACopy(String path) {
        return !path.startsWith("pg_wal/") && !path.equals("postmaster.pid") && !path.equals("epg-lock");
    }

    static List<String> column(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private static int majorOf(Path tool) {
        try {
            Process process = new ProcessBuilder(tool.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            var version = VERSION.matcher(new String(process.getInputStream().readAllBytes()));
            return version.find() ? Integer.parseInt(version.group(1)) : 0;
        } catch (IOException none) {
            return 0;
        }
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
        assertThat(process.exitValue()).as("%s: %s", command[0], said).isZero();
    }
}

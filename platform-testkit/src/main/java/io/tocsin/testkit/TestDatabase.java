package io.tocsin.testkit;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.postgresql.PGStatement;

/// The database behind the service under test, as its owner sees it: tests clean it, move time in it and look
/// into it by plain JDBC, so that they work against a packaged service too.
public final class TestDatabase {

    static final String URL_PROPERTY = "tocsin.test.jdbc-url";

    private static final String DEADLOCK = "40P01";
    private static final int MOST_ATTEMPTS = 5;
    private static final List<String> KEPT = List.of(
            "flyway_schema_history",
            "feed_epoch",
            "audit_entry",
            "audit_seal",
            "audit_anchor",
            "audit_position",
            "data_key");

    private static final Queue<Idle> IDLE = new ConcurrentLinkedQueue<>();

    private record Idle(String url, Connection connection) {}

    private TestDatabase() {}

    /// Empties every table but the schema's and the feeds' history, the audit, the data keys the service holds in
    /// memory, and the jobs. Those that are as new are left alone: to truncate is to make new files for each
    /// of their indexes.
    public static void clean() {
        String used = column("""
                select format('select %L where exists (select from %I)', quote_ident(c.relname), c.relname)
                    || coalesce(' or pg_sequence_last_value(' || s.seqrelid || ') is not null', '')
                from pg_class c left join (pg_depend d join pg_sequence s on s.seqrelid = d.objid)
                    on d.refobjid = c.oid and d.deptype = 'i'
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                  and c.relname <> all (string_to_array(?, ',')) and c.relname not like 'scheduled_tasks%'
                """, String.join(",", KEPT)).stream()
                .map(Object::toString)
                .collect(Collectors.joining(" union "));
        String tables = column(used).stream().map(Object::toString).collect(Collectors.joining(", "));
        if (!tables.isEmpty()) {
            update("truncate " + tables + " restart identity cascade");
        }
    }

    /// Runs one statement; answers how many rows it changed. The service's jobs work on the same tables: where
    /// PostgreSQL
    /// picks the statement as the victim of a deadlock, it is run again.
    public static int update(String sql, Object... parameters) {
        for (int attempt = 1; ; attempt++) {
            try {
                return onIdle(sql, parameters, PreparedStatement::executeUpdate);
            } catch (SQLException failed) {
                if (!DEADLOCK.equals(failed.getSQLState()) || attempt == MOST_ATTEMPTS) {
                    throw new IllegalStateException(sql, failed);
                }
            }
        }
    }

    /// Does something while every statement that wants the table waits.
    public static <T> T whileLocked(String table, Supplier<T> work) {
        try (Connection connection = open()) {
            connection.setAutoCommit(false);
            try (var statement = connection.createStatement()) {
                statement.execute("lock table " + table + " in access exclusive mode");
                return work.get();
            } finally {
                connection.rollback();
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(table, failed);
        }
    }

    /// The only value of the only row.
    public static Object value(String sql, Object... parameters) {
        List<Object> values = column(sql, parameters);
        if (values.size() != 1) {
            throw new IllegalStateException("expected one row but got " + values.size() + ": " + sql);
        }
        return values.getFirst();
    }

    /// How many rows a table holds.
    public static long count(String table) {
        return ((Number) value("select count(*) from " + table)).longValue();
    }

    /// The first column of every row.
    public static List<Object> column(String sql, Object... parameters) {
        try {
            return onIdle(sql, parameters, statement -> {
                try (ResultSet rows = statement.executeQuery()) {
                    var values = new ArrayList<>();
                    while (rows.next()) {
                        values.add(rows.getObject(1));
                    }
                    return values;
                }
            });
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T on(PreparedStatement statement) throws SQLException;
    }

    /// Runs one statement by itself on a connection that is used again: to log in and to learn the schema anew costs
    /// more than the statement, some hundred thousand times in a run of all tests.
    private static <T> T onIdle(String sql, Object[] parameters, Work<T> work) throws SQLException {
        String url = System.getProperty(URL_PROPERTY);
        Idle idle = IDLE.poll();
        Connection connection =
                idle != null && idle.url().equals(url) && idle.connection().isValid(1) ? idle.connection() : open();
        try (PreparedStatement statement = prepare(connection, sql, parameters)) {
            // A plan kept by the server would outlive the tables some tests change.
            statement.unwrap(PGStatement.class).setPrepareThreshold(0);
            T done = work.on(statement);
            IDLE.add(new Idle(url, connection));
            return done;
        } catch (SQLException | RuntimeException failed) {
            connection.close();
            throw failed;
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    /// A connection of the owner's, for what needs a transaction; the caller closes it.
    public static Connection open() throws SQLException {
        return DriverManager.getConnection(System.getProperty(URL_PROPERTY), "tocsin_owner", TestPostgres.password());
    }
}

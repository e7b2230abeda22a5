package io.tocsin.bench;

import io.tocsin.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Where PostgreSQL's time went, by `pg_stat_statements`: what a missed figure is explained by.
final class StatementProfile {

    private static final int MOST = 14;
    private static final int SHOWN = 110;

    private static final String TOP = """
            select calls, total_exec_time * 1000 as micros, rows, regexp_replace(query, '\\s+', ' ', 'g') as query
            from pg_stat_statements order by total_exec_time desc limit ?
            """;

    private final TestPostgres postgres;

    private StatementProfile(TestPostgres postgres) {
        this.postgres = postgres;
    }

    /// What the server has to be started with.
    static Map<String, String> settings() {
        return Map.of("shared_preload_libraries", "pg_stat_statements", "track_io_timing", "on");
    }

    static StatementProfile of(TestPostgres postgres) throws SQLException {
        var profile = new StatementProfile(postgres);
        profile.execute("create extension if not exists pg_stat_statements");
        return profile;
    }

    void reset() throws SQLException {
        execute("select pg_stat_statements_reset()");
    }

    /// Those that took most since the reset.
    ///
    /// @param things by how many the times are divided
    List<String> top(int things) throws SQLException {
        List<String> lines = new ArrayList<>();
        try (Connection server = server();
                var statement = server.prepareStatement(TOP)) {
            statement.setInt(1, MOST);
            try (var rows = statement.executeQuery()) {
                while (rows.next()) {
                    String query = rows.getString("query");
                    lines.add("%6.1f µs each, %,d calls, %,d rows: %s"
                            .formatted(
                                    rows.getDouble("micros") / things,
                                    rows.getLong("calls"),
                                    rows.getLong("rows"),
                                    query.substring(0, Math.min(SHOWN, query.length()))));
                }
            }
        }
        return lines;
    }

    private void execute(String sql) throws SQLException {
        try (Connection server = server();
                var statement = server.createStatement()) {
            statement.execute(sql);
        }
    }

    private Connection server() throws SQLException {
        return DriverManager.getConnection(postgres.url(), "postgres", null);
    }
}

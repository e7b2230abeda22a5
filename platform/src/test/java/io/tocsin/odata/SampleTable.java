package io.tocsin.odata;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The sample's rows in a real PostgreSQL; one server for every test of this JVM, sorted by code point as the naive
/// evaluator sorts.
final class SampleTable {

    private static final Map<String, String> COLUMNS = Map.ofEntries(
            Map.entry("id", "id"),
            Map.entry("title", "title"),
            Map.entry("computerDnsName", "computer_dns_name"),
            Map.entry("assignedTo", "assigned_to"),
            Map.entry("incidentId", "incident_id"),
            Map.entry("generateAlert", "generate_alert"),
            Map.entry("alertCreationTime", "alert_creation_ticks"),
            Map.entry("resolvedTime", "resolved_ticks"),
            Map.entry("severity", "severity"),
            Map.entry("status", "status"),
            Map.entry("actionId", "action_id"),
            Map.entry("machineTags", "machine_tags"),
            Map.entry("sha256", "sha256"),
            Map.entry("fileName", "file_name"),
            Map.entry("processId", "process_id"),
            Map.entry("evidenceCreationTime", "evidence_creation_ticks"),
            Map.entry("entityType", "entity_type"));

    private static SampleTable shared;

    private final EmbeddedPostgres server; // kept, or its data directory goes
    private final Connection connection;

    private SampleTable(EmbeddedPostgres server, Connection connection) {
        this.server = server;
        this.connection = connection;
    }

    static synchronized SampleTable shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    private static SampleTable start() {
        try {
            var server =
                    EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
            try (Connection admin = DriverManager.getConnection(server.getJdbcUrl("postgres", "postgres"));
                    var statement = admin.createStatement()) {
                statement.execute("create database asked template template0 encoding 'UTF8'"
                        + " locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'");
            }
            var connection = DriverManager.getConnection(server.getJdbcUrl("postgres", "asked"));
            var table = new SampleTable(server, connection);
            table.create();
            return table;
        } catch (IOException | SQLException failed) {
            throw new IllegalStateException("The sample's PostgreSQL did not start", failed);
        }
    }

    private void create() throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("set statement_timeout = '10s'"); // a hang fails its test
            statement.execute("""
                    create table asked (id text primary key, title text, computer_dns_name text, assigned_to text,
                        incident_id bigint, generate_alert boolean, alert_creation_ticks bigint not null,
                        resolved_ticks bigint, severity text, status text, action_id uuid, machine_tags text[]);
                    create table asked_evidence (asked_id text, position int generated always as identity, sha256 text,
                        file_name text, process_id bigint, evidence_creation_ticks bigint, entity_type text);
                    """);
        }
        for (Row row : Sample.ROWS) {
            insert("asked", row, null);
            for (Row piece : row.rows("evidence")) {
                insert("asked_evidence", piece, row.id());
            }
        }
    }

    private void insert(String table, Row row, String parent) throws SQLException {
        var columns = new ArrayList<String>();
        var values = new ArrayList<Object>();
        if (parent != null) {
            columns.add("asked_id");
            values.add(parent);
        }
        for (var value : row.values().entrySet()) {
            if (COLUMNS.containsKey(value.getKey())) {
                columns.add(COLUMNS.get(value.getKey()));
                values.add(
                        value.getValue() instanceof List<?> texts
                                ? connection.createArrayOf("text", texts.toArray())
                                : value.getValue());
            }
        }
        String places = "?" + ", ?".repeat(columns.size() - 1);
        try (var statement = connection.prepareStatement(
                "insert into " + table + " (" + String.join(", ", columns) + ") values (" + places + ")")) {
            bind(statement, values);
            statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, List<Object> values) throws SQLException {
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
    }

    /// The ids the query answers, in its own order.
    List<String> answer(ODataQuery query) {
        String sql = "select id from asked where (" + query.where() + ") " + query.page();
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, query.parameters());
            return ids(statement);
        } catch (SQLException failed) {
            throw new IllegalStateException("PostgreSQL on port " + server.getPort() + " refused " + sql, failed);
        }
    }

    private static List<String> ids(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            var ids = new ArrayList<String>();
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
            return ids;
        }
    }

    /// The ids a filter leaves, sorted and joined by spaces.
    String left(ODataQuery query) {
        return String.join(" ", answer(query).stream().sorted().toList());
    }

    String left(String filter) {
        return left(Given.filter(filter));
    }
}

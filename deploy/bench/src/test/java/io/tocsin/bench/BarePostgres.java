package io.tocsin.bench;

import io.tocsin.testkit.TestPostgres;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postgresql.PGConnection;

/// What PostgreSQL itself takes: the very rows the service stored, in the same tables with the same indexes, by
/// `COPY` in transactions of as many alerts over as many connections.
final class BarePostgres {

    private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("alert", "*");
        COLUMNS.put("alert_evidence", "*");
        COLUMNS.put(
                "audit_entry", "tenant_id, service, at_ticks, actor, permission, action, target, detail, request_id");
    }

    private final TestPostgres postgres;
    private final List<Map<String, String>> chunks = new ArrayList<>();

    BarePostgres(TestPostgres postgres) {
        this.postgres = postgres;
    }

    /// Keeps what is stored of a source, cut into transactions.
    void remember(String source, int alerts, int perTransaction) throws SQLException, IOException {
        chunks.clear();
        try (Connection owner = postgres.asOwner()) {
            var copy = owner.unwrap(PGConnection.class).getCopyAPI();
            try (var statement = owner.createStatement()) {
                statement.execute("create temp table numbered as select tenant_id, id,"
                        + " (row_number() over (order by alert_creation_ticks) - 1) / " + perTransaction
                        + " as chunk from alert where source = '" + source + "'");
                statement.execute("create index on numbered (chunk)");
                statement.execute("create index on numbered (id)");
                statement.execute("analyze numbered");
                // As they came, before correlation put them into incidents.
                statement.execute("create temp table arrived as select * from alert where source = '" + source + "'");
                statement.execute("update arrived set incident_id = null, correlated = false");
                statement.execute("create index on arrived (id)");
                statement.execute("analyze arrived");
            }
            for (int chunk = 0; chunk * perTransaction < alerts; chunk++) {
                Map<String, String> rows = new LinkedHashMap<>();
                String of = " join numbered n on n.chunk = " + chunk + " and n.id = ";
                rows.put("alert", out(copy, "select t.* from arrived t" + of + "t.id"));
                rows.put("alert_evidence", out(copy, "select t.* from alert_evidence t" + of + "t.alert_id"));
                rows.put(
                        "audit_entry",
                        out(
                                copy,
                                "select " + COLUMNS.get("audit_entry").replaceAll("(\\w+)", "t.$1")
                                        + " from audit_entry t" + of + "t.target"));
                chunks.add(rows);
            }
        }
    }

    private static String out(org.postgresql.copy.CopyManager copy, String select) throws SQLException, IOException {
        var text = new ByteArrayOutputStream();
        copy.copyOut("copy (" + select + ") to stdout", text);
        return text.toString(StandardCharsets.UTF_8);
    }

    /// Empties the tables of alerts, the audit too.
    void empty() throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("alter table audit_entry disable trigger audit_entry_append_only");
            statement.execute("truncate alert, alert_evidence, alert_comment, alert_link, alert_link_key, incident,"
                    + " incident_comment, audit_entry");
            statement.execute("alter table audit_entry enable trigger audit_entry_append_only");
        }
    }

    /// Stores what is remembered.
    ///
    /// @return seconds
    double copyIn(int connections) throws Exception {
        long start = System.nanoTime();
        try (var threads = Executors.newFixedThreadPool(connections)) {
            List<Future<Void>> running = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                int first = i;
                running.add(threads.submit(() -> copyIn(first, connections)));
            }
            for (Future<Void> one : running) {
                one.get();
            }
        }
        return (System.nanoTime() - start) / 1e9;
    }

    private Void copyIn(int first, int step) throws SQLException, IOException {
        // As the owner: COPY does not write where rows are policed.
        try (Connection connection = postgres.asOwner()) {
            connection.setAutoCommit(false);
            var copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (int i = first; i < chunks.size(); i += step) {
                for (Map.Entry<String, String> table : chunks.get(i).entrySet()) {
                    String columns = COLUMNS.get(table.getKey());
                    copy.copyIn(
                            "copy " + table.getKey() + (columns.equals("*") ? "" : " (" + columns + ")")
                                    + " from stdin",
                            new StringReader(table.getValue()));
                }
                connection.commit();
            }
        }
        return null;
    }
}

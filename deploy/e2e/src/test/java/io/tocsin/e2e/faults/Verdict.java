package io.tocsin.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.e2e.Replica;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Holds the database and every replica against the clients' journals.
final class Verdict {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SOON = 60_000;

    private final Platform platform;
    private final Workload work;
    private final List<String> wrong = new ArrayList<>();

    Verdict(Platform platform, Workload work) {
        this.platform = platform;
        this.work = work;
    }

    /// What does not hold; nothing when all does.
    List<String> wrong() throws SQLException, IOException, InterruptedException {
        alerts();
        events();
        actions();
        indicators();
        queues();
        return wrong;
    }

    private void alerts() throws SQLException {
        List<String> stored = column("select source_ref from alert where source = ?", work.name());
        each("alert", work.alerts(), stored);
        Set<String> ids = new HashSet<>(column("select id from alert where source = ?", work.name()));
        ids.removeAll(work.followed());
        if (!ids.isEmpty()) {
            wrong.add(ids.size() + " alerts the feed did not tell of: " + few(ids));
        }
        List<String> audited = column(
                "select a.target from audit_entry a join alert on alert.tenant_id = a.tenant_id and alert.id = a.target"
                        + " where a.action = 'alert.create' and alert.source = ?",
                work.name());
        if (audited.size() != stored.size()) {
            wrong.add(audited.size() + " rows of audit for " + stored.size() + " alerts");
        }
    }

    private void events() throws SQLException {
        Set<String> taken = new HashSet<>();
        work.events().forEach(number -> taken.add(Integer.toString(number)));
        each("event", taken, column("select report_id::text from device_event where machine_id = ?", work.machine()));
    }

    /// Each acknowledged one is there once and has ended; what was executed is reported, and nothing else is.
    private void actions() throws SQLException {
        Map<String, String> stored = new LinkedHashMap<>();
        for (String row : column(
                "select id::text || ' ' || status from machine_action where requestor_comment = ?", work.name())) {
            String[] parts = row.split(" ");
            stored.put(parts[0], parts[1]);
        }
        each("action", work.actions().keySet(), List.copyOf(stored.keySet()));
        work.actions().forEach((id, ended) -> {
            String status = stored.get(id);
            int times = work.executed().getOrDefault(id, 0);
            if (!ended.equals(status)) {
                wrong.add("action " + id + " was read as " + ended + " and is " + status);
            }
            if ("Succeeded".equals(status) != (times == 1)) {
                wrong.add("action " + id + " is " + status + " and was executed " + times + " times");
            }
        });
        Set<String> unknown = new TreeSet<>(work.executed().keySet());
        unknown.removeAll(stored.keySet());
        if (!unknown.isEmpty()) {
            wrong.add("executed, but nobody's: " + few(unknown));
        }
    }

    private void indicators() throws SQLException, IOException, InterruptedException {
        Map<String, String> stored = new TreeMap<>();
        for (String row : column(
                "select indicator_value || ' ' || title from indicator where indicator_value like ?",
                "%." + work.name() + ".example")) {
            String[] parts = row.split(" ");
            stored.put(parts[0], parts[1]);
        }
        if (!stored.equals(new TreeMap<>(work.indicators()))) {
            wrong.add("indicators are " + stored + " and were acknowledged as " + new TreeMap<>(work.indicators()));
        }
        for (Replica replica : platform.replicas("indicator-service")) {
            long late = System.currentTimeMillis() + SOON;
            Map<String, Boolean> matched = matched(replica);
            while (!agrees(matched, stored) && System.currentTimeMillis() < late) {
                Thread.sleep(200);
                matched = matched(replica);
            }
            if (!agrees(matched, stored)) {
                wrong.add("a replica's index matches " + matched + ", the table holds " + stored.keySet());
            }
        }
    }

    private static boolean agrees(Map<String, Boolean> matched, Map<String, String> stored) {
        return matched.entrySet().stream().allMatch(one -> one.getValue() == stored.containsKey(one.getKey()));
    }

    private Map<String, Boolean> matched(Replica replica) throws IOException {
        var values = JSON.createArrayNode();
        var asked = new ArrayList<String>();
        for (int i = 0; i < Workload.VALUES; i++) {
            asked.add("v" + i + "." + work.name() + ".example");
            values.addObject().put("type", "DomainName").put("value", asked.getLast());
        }
        var answer = replica.post(
                "/v1/indicators/match",
                platform.token(List.of("Ti.ReadWrite.All")),
                null,
                JSON.createObjectNode().set("values", values).toString());
        if (answer.statusCode() != 200) {
            throw new IOException("match got " + answer.statusCode() + " " + answer.body());
        }
        JsonNode results = JSON.readTree(answer.body()).path("value");
        var matched = new HashMap<String, Boolean>();
        for (int i = 0; i < asked.size(); i++) {
            matched.put(asked.get(i), results.path(i).hasNonNull("indicator"));
        }
        return matched;
    }

    /// What is done behind the answers is done soon after the last fault.
    private void queues() throws SQLException, InterruptedException {
        var left = Map.of(
                "alert where not correlated", 0L,
                "outbox", 0L);
        long late = System.currentTimeMillis() + SOON;
        for (String queue : left.keySet()) {
            while (count(queue) > 0 && System.currentTimeMillis() < late) {
                Thread.sleep(200);
            }
            if (count(queue) > 0) {
                wrong.add(count(queue) + " left of " + queue);
            }
        }
    }

    private void each(String what, Set<String> acknowledged, List<String> stored) {
        Set<String> lost = new TreeSet<>(acknowledged);
        stored.forEach(lost::remove);
        if (!lost.isEmpty()) {
            wrong.add(lost.size() + " acknowledged, but not there, of kind " + what + ": " + few(lost));
        }
        Set<String> twice = new TreeSet<>();
        Set<String> once = new HashSet<>();
        stored.stream().filter(one -> !once.add(one)).forEach(twice::add);
        if (!twice.isEmpty()) {
            wrong.add(twice.size() + " twice, of kind " + what + ": " + few(twice));
        }
        Set<String> nobodys = new TreeSet<>(stored);
        nobodys.removeAll(acknowledged);
        if (!nobodys.isEmpty()) {
            wrong.add(nobodys.size() + " there and never acknowledged, of kind " + what + ": " + few(nobodys));
        }
    }

    private static List<String> few(Set<String> all) {
        return all.stream().limit(5).toList();
    }

    private List<String> column(String sql, String parameter) throws SQLException {
        try (Connection owner = platform.postgres().asOwner();
                var statement = owner.prepareStatement(sql)) {
            statement.setString(1, parameter);
            var rows = statement.executeQuery();
            var all = new ArrayList<String>();
            while (rows.next()) {
                all.add(rows.getString(1));
            }
            return all;
        }
    }

    private long count(String what) throws SQLException {
        try (Connection owner = platform.postgres().asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery("select count(*) from " + what)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}

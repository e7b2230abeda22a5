package io.tocsin.indicator.matching;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.indicator.IndicatorAction;
import io.tocsin.indicator.IndicatorType;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reads indicators by their ids, or by what they speak of, and the groups of machines.
@ApplicationScoped
class CandidateRepository {

    private static final String COLUMNS = """
            select i.id, i.indicator_type, i.indicator_value, i.match_value, i.action, i.generate_alert, i.title,
                i.description, i.severity, i.category, i.recommended_actions, i.mitre_techniques, i.expiration_ticks,
                i.rbac_group_names, i.rbac_group_ids
            from indicator i
            """;

    private static final String BY_ID =
            COLUMNS + "join unnest(?) as k (id) on i.id = k.id where i.tenant_id = ? order by i.id";

    private static final String BY_VALUE = COLUMNS + """
            join unnest(?, ?) as k (type, value) on i.indicator_type = k.type and i.match_value = k.value
            where i.tenant_id = ? order by i.id
            """;

    private static final String GROUPS = """
            select id, rbac_group_name, rbac_group_id::text from machine
            where tenant_id = ? and id = any(?) and %s
            """;

    private final Statements statements;

    CandidateRepository(Statements statements) {
        this.statements = statements;
    }

    List<Candidate> byId(UUID tenant, Collection<Long> ids) {
        return ids.isEmpty()
                ? List.of()
                : statements.list(BY_ID, CandidateRepository::candidate, ids.toArray(Long[]::new), tenant);
    }

    List<Candidate> byValue(UUID tenant, Collection<Lookup.Key> keys) {
        return statements.list(
                BY_VALUE,
                CandidateRepository::candidate,
                keys.stream().map(key -> key.type().name()).toArray(String[]::new),
                keys.stream().map(Lookup.Key::value).toArray(String[]::new),
                tenant);
    }

    /// Of the machines the caller reaches; the others are in no group as far as he is concerned.
    Map<String, DeviceGroup> groups(UUID tenant, DeviceScope scope, Collection<String> machines) {
        var groups = new HashMap<String, DeviceGroup>();
        var parameters = new ArrayList<Object>(List.of(tenant, machines));
        parameters.addAll(scope.parameters());
        statements.list(
                GROUPS.formatted(scope.ofMachines()),
                row -> groups.put(row.getString(1), new DeviceGroup(row.getString(2), row.getString(3))),
                parameters.toArray());
        return groups;
    }

    private static Candidate candidate(ResultSet row) throws SQLException {
        return new Candidate(
                row.getLong("id"),
                IndicatorType.valueOf(row.getString("indicator_type")),
                row.getString("match_value"),
                IndicatorAction.valueOf(row.getString("action")),
                row.getBoolean("generate_alert"),
                Statements.strings(row, "rbac_group_names"),
                Statements.strings(row, "rbac_group_ids"),
                new MatchView.MatchedIndicator(
                        row.getString("id"),
                        row.getString("indicator_type"),
                        row.getString("indicator_value"),
                        row.getString("action"),
                        row.getString("title"),
                        row.getString("description"),
                        row.getString("severity"),
                        row.getInt("category"),
                        row.getString("recommended_actions"),
                        Statements.strings(row, "mitre_techniques"),
                        Statements.time(row, "expiration_ticks")));
    }
}

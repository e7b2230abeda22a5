package io.tocsin.alert.triage;

import io.tocsin.db.Statements;
import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/// Alerts as they are read, and the one statement that updates them.
@ApplicationScoped
class AlertRepository {

    private static final String UPDATE = """
            update alert set
                status = coalesce(?, status),
                resolved_ticks = case when ?::text is null then resolved_ticks
                                      when ?::text = 'Resolved' then coalesce(resolved_ticks, ?) end,
                assigned_to = nullif(coalesce(?, assigned_to), ''),
                classification = coalesce(?, classification),
                determination = nullif(coalesce(?, determination), ''),
                last_update_ticks = greatest(?, last_update_ticks + 1)
            where tenant_id = ? and id = ?
            """;

    private static final String TOUCH_INCIDENTS = """
            with theirs as (
                select i.incident_id from incident i
                where i.tenant_id = ? and i.incident_id in (
                    select a.incident_id from alert a where a.tenant_id = ? and %s and a.id = any(?))
                order by i.incident_id for update)
            update incident i set last_update_ticks = greatest(?, i.last_update_ticks + 1)
            from theirs where i.tenant_id = ? and i.incident_id = theirs.incident_id
            """;

    private final Statements statements;

    AlertRepository(Statements statements) {
        this.statements = statements;
    }

    List<AlertView> page(UUID tenant, DeviceScope scope, AlertSelection selection, ODataQuery query) {
        String sql = "select " + AlertRow.COLUMNS + "from alert where tenant_id = ? and " + scope.on("alert") + " and "
                + selection.condition() + " and (" + query.where() + ") " + query.page();
        return statements.list(
                sql, AlertRow::view, parameters(tenant, scope, selection, query).toArray());
    }

    long count(UUID tenant, DeviceScope scope, AlertSelection selection, ODataQuery query) {
        return statements
                .list(
                        "select count(*) from alert where tenant_id = ? and " + scope.on("alert") + " and "
                                + selection.condition() + " and (" + query.where() + ")",
                        row -> row.getLong(1),
                        parameters(tenant, scope, selection, query).toArray())
                .getFirst();
    }

    private static List<Object> parameters(UUID tenant, DeviceScope scope, AlertSelection selection, ODataQuery query) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.addAll(selection.parameters());
        parameters.addAll(query.parameters());
        return parameters;
    }

    Optional<AlertView> find(UUID tenant, DeviceScope scope, String id) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(id);
        return statements
                .list(
                        "select " + AlertRow.COLUMNS + "from alert where tenant_id = ? and " + scope.on("alert")
                                + " and id = ?",
                        AlertRow::view,
                        parameters.toArray())
                .stream()
                .findFirst();
    }

    /// Those of these ids, which the caller has found to be in reach.
    List<AlertView> of(UUID tenant, Collection<String> ids) {
        return statements.list(
                "select " + AlertRow.COLUMNS + "from alert where tenant_id = ? and id = any(?)",
                AlertRow::view,
                tenant,
                ids);
    }

    /// Locks those of the alerts that are in no incident; answers how many they are.
    int lockUnplaced(UUID tenant, DeviceScope scope, Collection<String> ids) {
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(ids);
        return statements
                .list(
                        "select id from alert where tenant_id = ? and " + scope.on("alert")
                                + " and id = any(?) and incident_id is null order by id for update of alert",
                        row -> true,
                        parameters.toArray())
                .size();
    }

    /// What people may change of alerts, by id; nobody else changes them until the transaction ends. One that
    /// does not exist or is out of reach is not in it.
    Map<String, AlertState> lock(UUID tenant, DeviceScope scope, Collection<String> ids) {
        record Row(String id, AlertState state) {}
        var parameters = new ArrayList<Object>(scope.parameters(tenant));
        parameters.add(ids);
        return statements
                .list(
                        "select id, status, assigned_to, classification, determination from alert where tenant_id = ? and "
                                + scope.on("alert") + " and id = any(?) order by id for update of alert",
                        row -> new Row(
                                row.getString("id"),
                                new AlertState(
                                        row.getString("status"),
                                        row.getString("assigned_to"),
                                        row.getString("classification"),
                                        row.getString("determination"))),
                        parameters.toArray())
                .stream()
                .collect(Collectors.toMap(Row::id, Row::state));
    }

    /// The alerts' incidents show them, and are polled by when they changed (contract 95 §2).
    void touchIncidents(UUID tenant, DeviceScope scope, Collection<String> ids, WireTime now) {
        var parameters = new ArrayList<Object>(List.of(tenant));
        parameters.addAll(scope.parameters(tenant));
        parameters.add(ids);
        parameters.add(now.ticks());
        parameters.add(tenant);
        statements.update(TOUCH_INCIDENTS.formatted(scope.on("a")), parameters.toArray());
    }

    /// Whether there was such an alert; a comment is appended with it.
    boolean update(UUID tenant, String id, AlertChange change, String actor, WireTime now) {
        int changed = statements.update(
                UPDATE,
                change.status(),
                change.status(),
                change.status(),
                now.ticks(),
                change.assignedTo(),
                change.classification(),
                change.determination(),
                now.ticks(),
                tenant,
                id);
        if (changed == 1 && change.comment() != null) {
            statements.update(
                    "insert into alert_comment (tenant_id, alert_id, comment, created_by, created_ticks) values (?, ?, ?, ?, ?)",
                    tenant,
                    id,
                    change.comment(),
                    actor,
                    now.ticks());
        }
        return changed == 1;
    }
}

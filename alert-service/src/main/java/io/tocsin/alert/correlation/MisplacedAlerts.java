package io.tocsin.alert.correlation;

import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Alerts that were put on the one machine known to have had their address, before telemetry of another one came that
/// had it, too: they are taken off again, and their incident is made anew, as if nobody had guessed. What people have
/// had in hands stays (docs/adr/028).
@ApplicationScoped
class MisplacedAlerts {

    private static final String ACTOR = "alert-service";

    /// Locks the incidents.
    private static final String UNTOUCHED = """
            select i.incident_id from incident i
            where i.tenant_id = ? and i.incident_id in (select a.incident_id from alert a where a.tenant_id = i.tenant_id and a.id = any(?))
              and i.status = 'Active' and i.assigned_to is null and i.classification is null and i.determination is null and not %s
              and not exists (
                select from alert a join alert_link l on l.tenant_id = a.tenant_id and l.alert_id = a.id and l.rule = 'Manual'
                where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id)
            order by i.incident_id for update of i
            """.formatted(OpenIncidents.WORKED_ON);

    private static final String TAKE_OFF = """
            update alert a set machine_id = null, computer_dns_name = null, last_update_ticks = greatest(a.last_update_ticks + 1, ?)
            from (select tenant_id, id, machine_id from alert) as before
            where a.tenant_id = ? and a.id = any(?) and a.incident_id = any(cast(? as bigint[])) and before.tenant_id = a.tenant_id and before.id = a.id
            returning a.id, before.machine_id, a.incident_id
            """;

    /// All alerts of the incidents are correlated again, from nothing: one of them stays, so that the incident does.
    private static final String TAKE_APART = """
            update alert a set correlated = false, incident_id = case when a.id = first.id then a.incident_id end
            from (select incident_id, min(id) as id from alert where tenant_id = ? and incident_id = any(cast(? as bigint[]))
                  group by incident_id) as first
            where a.tenant_id = ? and a.incident_id = first.incident_id
            """;

    private record Row(String alert, String machine, long incident) {}

    private final MachinesByAddress machines;
    private final Statements statements;
    private final Audit audit;

    MisplacedAlerts(MachinesByAddress machines, Statements statements, Audit audit) {
        this.machines = machines;
        this.statements = statements;
        this.audit = audit;
    }

    /// The machines the alerts have been linked by.
    private Map<String, Set<String>> on(UUID tenant, List<WaitingAlert> placed) {
        record Also(String alert, String machine) {}
        var on = new LinkedHashMap<String, Set<String>>();
        placed.forEach(alert -> on.put(alert.id(), new HashSet<>(alert.machines())));
        statements
                .list(
                        "select alert_id, value from alert_link_key where tenant_id = ? and alert_id = any(?) and kind = 'SameMachineAndTime'",
                        row -> new Also(row.getString(1), row.getString(2)),
                        tenant,
                        List.copyOf(on.keySet()))
                .forEach(also -> on.get(also.alert()).add(also.machine()));
        return on;
    }

    /// Called under the tenant's lock.
    ///
    /// @return whether there were any, so that what waits is to be read anew
    boolean takeOff(UUID tenant, List<WaitingAlert> batch, Map<String, List<AlertEvidence>> evidence) {
        var placed = batch.stream()
                .filter(alert -> alert.byAddress() && alert.incidentId() != null)
                .toList();
        if (placed.isEmpty()) {
            return false;
        }
        var misplaced = machines.misplaced(tenant, MachinesByAddress.questions(placed, evidence), on(tenant, placed));
        if (misplaced.isEmpty()) {
            return false;
        }
        List<Long> incidents = statements.list(UNTOUCHED, row -> row.getLong(1), tenant, misplaced);
        if (incidents.isEmpty()) {
            return false;
        }
        List<Row> off = statements.list(
                TAKE_OFF,
                row -> new Row(row.getString(1), row.getString(2), row.getLong(3)),
                WireTime.now().ticks(),
                tenant,
                misplaced,
                incidents);
        var alerts = off.stream().map(Row::alert).toList();
        statements.update(
                "delete from alert_link where tenant_id = ? and alert_id = any(?) and rule = 'MachineByAddress'",
                tenant,
                alerts);
        statements.update("delete from alert_link_key where tenant_id = ? and alert_id = any(?)", tenant, alerts);
        statements.update(TAKE_APART, tenant, incidents, tenant);
        statements.update(
                "delete from alert_link_spot where tenant_id = ? and incident_id = any(cast(? as bigint[]))",
                tenant,
                incidents);
        var detail = new LinkedHashMap<String, Map<String, ?>>();
        off.forEach(row -> detail.put(
                row.alert(), Map.of("before", Map.of("machineId", row.machine(), "incidentId", row.incident()))));
        audit.recordEach(tenant, ACTOR, "alert.misplaced", detail);
        return true;
    }
}

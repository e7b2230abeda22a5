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

    private static final String TAKE_OFF = """
            update alert a set machine_id = null, computer_dns_name = null, last_update_ticks = greatest(a.last_update_ticks + 1, ?)
            from (select tenant_id, id, machine_id from alert) as before
            where a.tenant_id = ? and a.id = any(?) and a.incident_id = any(cast(? as bigint[])) and before.tenant_id = a.tenant_id and before.id = a.id
            returning a.id, before.machine_id, a.incident_id
            """;

    private record Row(String alert, String machine, long incident) {}

    private final MachinesByAddress machines;
    private final UntouchedIncidents untouched;
    private final Statements statements;
    private final Audit audit;

    MisplacedAlerts(MachinesByAddress machines, UntouchedIncidents untouched, Statements statements, Audit audit) {
        this.machines = machines;
        this.untouched = untouched;
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
        List<Long> incidents = untouched.lock(
                tenant,
                placed.stream()
                        .filter(alert -> misplaced.contains(alert.id()))
                        .map(WaitingAlert::incidentId)
                        .distinct()
                        .toList());
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
        untouched.takeApart(tenant, incidents);
        var detail = new LinkedHashMap<String, Map<String, ?>>();
        off.forEach(row -> detail.put(
                row.alert(), Map.of("before", Map.of("machineId", row.machine(), "incidentId", row.incident()))));
        audit.recordEach(tenant, ACTOR, "alert.misplaced", detail);
        return true;
    }
}

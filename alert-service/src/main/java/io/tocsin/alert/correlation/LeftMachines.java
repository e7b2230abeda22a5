package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.toSet;

import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Alerts whose sources have put them on another machine after they came into an incident: what they held it together
/// by is not so any more. The incident is made anew, as if the source had named the right machine at once; what people
/// have had in hands stays together, and takes no more by what the alerts have left (docs/adr/028).
@ApplicationScoped
class LeftMachines {

    /// Kind of `alert_link_key` that links nothing, written by intake: the machine an alert was on.
    static final String LEAVING = "AwaitedLeaving";

    private static final String ACTOR = "alert-service";

    /// Incidents that one transaction takes apart, a thousand alerts each unless people have made them larger.
    private static final int MOST_INCIDENTS = 5;

    /// Whether another alert of the incident is or was on the machine: else it held nothing together.
    private static final String SHARED = """
            select distinct l.incident_id from unnest(?, cast(? as bigint[]), ?) as l(alert_id, incident_id, machine_id)
            where exists (
                select from alert a where a.tenant_id = ? and a.incident_id = l.incident_id and a.id <> l.alert_id
                  and (a.machine_id = l.machine_id or exists (
                    select from alert_link_key k where k.tenant_id = a.tenant_id and k.alert_id = a.id
                      and k.kind in ('SameMachineAndTime', 'AwaitedLeaving') and k.value = l.machine_id)))
            """;

    private record Left(String alert, long incident, String machine) {}

    private final UntouchedIncidents untouched;
    private final MovedAlerts moved;
    private final Statements statements;
    private final Audit audit;

    LeftMachines(UntouchedIncidents untouched, MovedAlerts moved, Statements statements, Audit audit) {
        this.untouched = untouched;
        this.moved = moved;
        this.statements = statements;
        this.audit = audit;
    }

    /// Takes the first incidents apart. Called under the tenant's lock.
    ///
    /// @return whether there were any, so that what waits is to be read anew
    boolean takeApart(UUID tenant, List<WaitingAlert> batch) {
        Map<Long, List<Left>> left = new LinkedHashMap<>();
        left(tenant, batch).forEach(one -> {
            if (left.size() < MOST_INCIDENTS || left.containsKey(one.incident())) {
                left.computeIfAbsent(one.incident(), none -> new ArrayList<>()).add(one);
            }
        });
        if (left.isEmpty()) {
            return false;
        }
        var all = left.values().stream().flatMap(List::stream).toList();
        List<Long> shared = statements.list(
                SHARED,
                row -> row.getLong(1),
                all.stream().map(Left::alert).toArray(String[]::new),
                all.stream().map(Left::incident).toArray(Long[]::new),
                all.stream().map(Left::machine).toArray(String[]::new),
                tenant);
        List<Long> apart = shared.isEmpty() ? List.of() : untouched.lock(tenant, shared);
        var detail = new LinkedHashMap<String, Map<String, ?>>();
        untouched
                .takeApart(tenant, apart)
                .forEach((incident, its) -> detail.put(
                        Long.toString(incident),
                        Map.of(
                                "before",
                                Map.of("alertIds", its),
                                "left",
                                left.get(incident).stream()
                                        .map(one -> Map.of("alertId", one.alert(), "machineId", one.machine()))
                                        .toList())));
        audit.recordEach(tenant, ACTOR, "incident.takeApart", detail);
        var others = new ArrayList<>(left.keySet());
        others.removeAll(apart);
        if (!others.isEmpty()) {
            statements.update(
                    "delete from alert_link_key where tenant_id = ? and alert_id = any(?)",
                    tenant,
                    others.stream()
                            .flatMap(incident -> left.get(incident).stream())
                            .map(Left::alert)
                            .toList());
            moved.rebuildSpots(tenant, others);
        }
        return true;
    }

    /// Those of the batch that have left no machine, or whose leaving has been looked at: the others wait for their
    /// turn.
    List<WaitingAlert> ready(UUID tenant, List<WaitingAlert> batch) {
        var waiting = left(tenant, batch).stream().map(Left::alert).collect(toSet());
        return batch.stream().filter(alert -> !waiting.contains(alert.id())).toList();
    }

    /// A machine the source has come back to was not left.
    private List<Left> left(UUID tenant, List<WaitingAlert> batch) {
        Map<String, WaitingAlert> placed = new LinkedHashMap<>();
        batch.stream().filter(alert -> alert.incidentId() != null).forEach(alert -> placed.put(alert.id(), alert));
        return placed.isEmpty()
                ? List.of()
                : statements
                        .list(
                                "select alert_id, value from alert_link_key where tenant_id = ? and alert_id = any(?) and kind = '"
                                        + LEAVING + "' order by alert_id",
                                row -> new Left(
                                        row.getString(1),
                                        placed.get(row.getString(1)).incidentId(),
                                        row.getString(2)),
                                tenant,
                                List.copyOf(placed.keySet()))
                        .stream()
                        .filter(one ->
                                !one.machine().equals(placed.get(one.alert()).machineId()))
                        .toList();
    }
}

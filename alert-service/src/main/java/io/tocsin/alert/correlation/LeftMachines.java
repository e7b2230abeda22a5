package io.tocsin.alert.correlation;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.tocsin.audit.Audit;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/// Alerts whose sources have put them on another machine after they came into an incident: what they held it together
/// by is not so any more. The incident is made anew, as if the source had named the right machine at once; what people
/// have had in hands stays together, and takes no more by what the alerts have left (docs/adr/028).
@ApplicationScoped
class LeftMachines {

    /// Kind of `alert_link_key` that links nothing, written by intake: the machine an alert was on.
    static final String LEAVING = "AwaitedLeaving";

    private static final String ACTOR = "alert-service";

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

    /// Called under the tenant's lock.
    ///
    /// @return whether there were any, so that what waits is to be read anew
    boolean takeApart(UUID tenant, List<WaitingAlert> batch) {
        Map<Long, List<Left>> left = left(tenant, batch);
        if (left.isEmpty()) {
            return false;
        }
        List<Long> apart = untouched.lock(tenant, left.keySet());
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

    private Map<Long, List<Left>> left(UUID tenant, List<WaitingAlert> batch) {
        Map<String, Long> placed = new LinkedHashMap<>();
        batch.stream()
                .filter(alert -> alert.incidentId() != null)
                .forEach(alert -> placed.put(alert.id(), alert.incidentId()));
        return placed.isEmpty()
                ? Map.of()
                : statements
                        .list(
                                "select alert_id, value from alert_link_key where tenant_id = ? and alert_id = any(?) and kind = '"
                                        + LEAVING + "'",
                                row -> new Left(
                                        row.getString(1),
                                        Objects.requireNonNull(placed.get(row.getString(1))),
                                        row.getString(2)),
                                tenant,
                                List.copyOf(placed.keySet()))
                        .stream()
                        .collect(groupingBy(Left::incident, LinkedHashMap::new, toList()));
    }
}

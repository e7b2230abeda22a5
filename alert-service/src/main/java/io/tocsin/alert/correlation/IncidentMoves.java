package io.tocsin.alert.correlation;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.incident.PlacingLock;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/// What people do to incidents by hand: move alerts, open an incident of alerts, merge incidents.
/// Correlation respects it afterwards: it never moves an alert alone, and does not merge what was taken
/// apart (docs/adr/028).
@ApplicationScoped
class IncidentMoves {

    private final PlacingLock placing;
    private final CorrelationRepository correlation;
    private final OpenIncidents incidents;
    private final MovedAlerts alerts;
    private final DeviceScopes scopes;
    private final Audit audit;

    IncidentMoves(
            PlacingLock placing,
            CorrelationRepository correlation,
            OpenIncidents incidents,
            MovedAlerts alerts,
            DeviceScopes scopes,
            Audit audit) {
        this.placing = placing;
        this.correlation = correlation;
        this.incidents = incidents;
        this.alerts = alerts;
        this.scopes = scopes;
        this.audit = audit;
    }

    /// Opens an incident of alerts that leave theirs.
    ///
    /// @throws ProblemException 404 when one of the alerts is not there or out of reach
    @Transactional
    long open(Caller caller, Collection<String> alertIds) {
        alerts.lockUnplaced(caller.tenant(), alertIds);
        placing.alone(caller.tenant());
        var from = find(caller, alertIds);
        long target = incidents.open(caller.tenant(), 1).getFirst();
        move(caller, from, target, "incident.open");
        return target;
    }

    /// Moves alerts into an incident.
    ///
    /// @throws ProblemException 404 when the incident or one of the alerts is not there or out of reach,
    ///     403 when the incident is closed
    @Transactional
    void moveInto(Caller caller, long target, Collection<String> alertIds) {
        alerts.lockUnplaced(caller.tenant(), alertIds);
        placing.alone(caller.tenant());
        requireOpen(caller, List.of(target));
        var from = find(caller, alertIds);
        from.values().removeIf(incident -> incident != null && incident == target);
        move(caller, from, target, "incident.move");
    }

    /// Merges incidents into one, whatever they disagree about: what the target says stands.
    ///
    /// @throws ProblemException 404 when one of them is not there or out of reach, 403 when one is closed or holds
    ///     alerts that are
    @Transactional
    void merge(Caller caller, long target, Collection<Long> sources) {
        placing.alone(caller.tenant());
        var all = new LinkedHashSet<>(List.of(target));
        all.addAll(sources);
        if (all.size() != sources.size() + 1) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "An incident is merged into another one, and named once");
        }
        requireOpen(caller, all);
        UUID tenant = caller.tenant();
        if (alerts.holdBeyond(tenant, scopes.of(caller), sources)) {
            throw new ProblemException(
                    AlertProblem.INCIDENT_BEYOND_REACH,
                    "An incident holds alerts of devices out of your reach, which merging it would move too");
        }
        alerts.together(tenant, all);
        var moved = alerts.of(tenant, sources);
        OpenIncidents.Tags tags = incidents.merge(tenant, sources, target);
        alerts.remember(tenant, moved, by(caller));
        incidents.describe(tenant, List.of(target));
        for (long source : sources) {
            audit.record(
                    tenant,
                    caller.name(),
                    "incident.merge",
                    Long.toString(source),
                    Map.of("before", standing(), "after", Map.of("redirectIncidentId", target)));
        }
        audit.record(tenant, caller.name(), "incident.merge", Long.toString(target), tags.detail(sources));
    }

    /// The alerts and their incidents; not yet correlated ones have none.
    private Map<String, Long> find(Caller caller, Collection<String> alertIds) {
        DeviceScope scope = scopes.of(caller);
        var found = alerts.lock(caller.tenant(), scope, alertIds);
        for (String id : alertIds) {
            if (!found.containsKey(id)) {
                throw new ProblemException(AlertProblem.ALERT_NOT_FOUND, "Alert " + id + " was not found");
            }
        }
        return found;
    }

    private void requireOpen(Caller caller, Collection<Long> ids) {
        var reached = alerts.inReach(caller.tenant(), scopes.of(caller), ids);
        var known = incidents.lock(caller.tenant(), ids, false).stream()
                .collect(Collectors.toMap(CandidateIncident::id, incident -> incident));
        for (long id : ids) {
            if (!reached.contains(id) || !known.containsKey(id)) {
                throw new ProblemException(CommonProblem.RESOURCE_NOT_FOUND, "Incident " + id + " was not found");
            }
            if (!known.get(id).isOpen()) {
                throw new ProblemException(
                        AlertProblem.INCIDENT_CLOSED,
                        "Incident " + id + " is " + known.get(id).status());
            }
        }
    }

    private void move(Caller caller, Map<String, Long> from, long target, String action) {
        if (from.isEmpty()) {
            return;
        }
        UUID tenant = caller.tenant();
        var left = new TreeSet<Long>();
        from.values().stream().filter(incident -> incident != null).forEach(left::add);
        var placed = new LinkedHashMap<String, Long>();
        from.keySet().forEach(alert -> placed.put(alert, target));
        correlation.place(tenant, placed);
        alerts.remember(tenant, from.keySet(), by(caller));
        alerts.apart(tenant, left, target);
        var changed = new TreeSet<>(left);
        changed.add(target);
        alerts.rebuildSpots(tenant, changed);
        alerts.wake(
                tenant,
                from.keySet().stream().filter(alert -> from.get(alert) == null).toList());
        var emptied = alerts.redirectEmpty(tenant, left, target);
        if (!emptied.isEmpty()) {
            incidents.moveTags(tenant, emptied, target);
        }
        changed.removeAll(emptied);
        incidents.describe(tenant, changed);
        var detail = new LinkedHashMap<String, Object>();
        detail.put("before", from);
        detail.put("after", placed);
        detail.put("redirected", emptied);
        audit.record(tenant, caller.name(), action, Long.toString(target), detail);
    }

    private static Map<String, Object> standing() {
        var before = new LinkedHashMap<String, Object>();
        before.put("redirectIncidentId", null);
        return before;
    }

    private static String by(Caller caller) {
        return "by " + caller.name();
    }
}

package io.tocsin.alert.incident;

import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.UUID;
import java.util.function.LongFunction;

@ApplicationScoped
class IncidentService {

    static final EntityModel MODEL = EntityModel.named("Incidents")
            .entity(IncidentView.class)
            .time("lastUpdateTime", "last_update_ticks")
            .time("createdTime", "created_ticks")
            .enumeration("status", "status", List.of("Active", "InProgress", "Resolved", "Redirected"))
            .string("assignedTo", "assigned_to")
            .required("lastUpdateTime", "createdTime", "status")
            .maxTop(100)
            .pageSize(100)
            .defaultOrder("created_ticks desc, incident_id desc")
            .build();

    record Page(List<IncidentView> incidents, Long count) {}

    private final IncidentRepository incidents;
    private final IncidentAlertRepository alerts;
    private final IncidentOutlines outlines;
    private final DeviceScopes scopes;

    IncidentService(
            IncidentRepository incidents,
            IncidentAlertRepository alerts,
            IncidentOutlines outlines,
            DeviceScopes scopes) {
        this.incidents = incidents;
        this.alerts = alerts;
        this.outlines = outlines;
        this.scopes = scopes;
    }

    @Transactional
    Page list(Caller caller, ODataQuery query, LongFunction<String> uris) {
        DeviceScope scope = scopes.of(caller);
        var page = incidents.page(caller.tenant(), scope, query);
        Long count = query.countWanted() ? incidents.count(caller.tenant(), scope, query) : null;
        return new Page(views(caller.tenant(), scope, page, uris), count);
    }

    @Transactional
    long count(Caller caller, ODataQuery query) {
        return incidents.count(caller.tenant(), scopes.of(caller), query);
    }

    @Transactional
    IncidentView get(Caller caller, long id, LongFunction<String> uris) {
        DeviceScope scope = scopes.of(caller);
        var incident = incidents
                .find(caller.tenant(), scope, id)
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.RESOURCE_NOT_FOUND, "Incident " + id + " was not found"));
        return views(caller.tenant(), scope, List.of(incident), uris).getFirst();
    }

    private List<IncidentView> views(
            UUID tenant, DeviceScope scope, List<IncidentEntity> page, LongFunction<String> uris) {
        var ids = page.stream().map(incident -> incident.incidentId).toList();
        var comments = incidents.comments(tenant, ids);
        var embedded = alerts.byIncident(tenant, scope, ids);
        var inReach = outlines.of(tenant, scope, ids);
        return page.stream()
                .map(incident -> IncidentView.of(
                        incident,
                        outline(scope, incident, inReach.get(incident.incidentId)),
                        uris.apply(incident.incidentId),
                        comments.getOrDefault(incident.incidentId, List.of()),
                        embedded.getOrDefault(incident.incidentId, List.of())))
                .toList();
    }

    /// @param inReach null of one without alerts in reach
    private static IncidentOutlines.Outline outline(
            DeviceScope scope, IncidentEntity incident, IncidentOutlines.Outline inReach) {
        if (scope.isEverything()) {
            return new IncidentOutlines.Outline(incident.incidentName, incident.severity);
        }
        return inReach == null
                ? IncidentOutlines.Outline.ofNothing(incident.incidentId, incident.redirectIncidentId)
                : inReach;
    }
}

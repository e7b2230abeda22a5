package io.tocsin.alert.incident;

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

    IncidentService(IncidentRepository incidents, IncidentAlertRepository alerts) {
        this.incidents = incidents;
        this.alerts = alerts;
    }

    @Transactional
    Page list(UUID tenant, ODataQuery query, LongFunction<String> uris) {
        var page = incidents.page(tenant, query);
        Long count = query.countWanted() ? incidents.count(tenant, query) : null;
        return new Page(views(tenant, page, uris), count);
    }

    @Transactional
    long count(UUID tenant, ODataQuery query) {
        return incidents.count(tenant, query);
    }

    @Transactional
    IncidentView get(UUID tenant, long id, LongFunction<String> uris) {
        var incident = incidents
                .find(tenant, id)
                .orElseThrow(() ->
                        new ProblemException(CommonProblem.RESOURCE_NOT_FOUND, "Incident " + id + " was not found"));
        return views(tenant, List.of(incident), uris).getFirst();
    }

    private List<IncidentView> views(UUID tenant, List<IncidentEntity> page, LongFunction<String> uris) {
        var ids = page.stream().map(incident -> incident.incidentId).toList();
        var comments = incidents.comments(tenant, ids);
        var embedded = alerts.byIncident(tenant, ids);
        return page.stream()
                .map(incident -> IncidentView.of(
                        incident,
                        uris.apply(incident.incidentId),
                        comments.getOrDefault(incident.incidentId, List.of()),
                        embedded.getOrDefault(incident.incidentId, List.of())))
                .toList();
    }
}

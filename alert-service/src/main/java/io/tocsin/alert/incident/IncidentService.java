package io.tocsin.alert.incident;

import io.tocsin.alert.AlertProblem;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongFunction;

@ApplicationScoped
public class IncidentService {

    public static final EntityModel MODEL = EntityModel.named("Incidents")
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

    /// What a page holds in alerts, or one incident that holds more by itself: each is shown whole, but for entities
    /// beyond `EvidenceRepository.LONGEST_TOGETHER` of one incident.
    static final int MOST_ALERTS = 2_000;

    /// @param shortened whether the next ones would have been too many alerts
    record Page(List<IncidentView> incidents, Long count, boolean shortened) {}

    private final PlacingLock placing;
    private final IncidentRepository incidents;
    private final IncidentAlertRepository alerts;
    private final IncidentOutlines outlines;
    private final DeviceScopes scopes;
    private final Audit audit;

    IncidentService(
            PlacingLock placing,
            IncidentRepository incidents,
            IncidentAlertRepository alerts,
            IncidentOutlines outlines,
            DeviceScopes scopes,
            Audit audit) {
        this.placing = placing;
        this.incidents = incidents;
        this.alerts = alerts;
        this.outlines = outlines;
        this.scopes = scopes;
        this.audit = audit;
    }

    @Transactional
    Page list(Caller caller, ODataQuery query, LongFunction<String> uris) {
        DeviceScope scope = scopes.of(caller);
        var page = incidents.page(caller.tenant(), scope, query);
        Long count = query.countWanted() ? incidents.count(caller.tenant(), scope, query) : null;
        var shown = bounded(page, alerts.counts(caller.tenant(), scope, ids(page)));
        var embedded = alerts.byIncident(caller.tenant(), scope, ids(shown));
        var whole = whole(shown, embedded.cut());
        return new Page(views(caller.tenant(), scope, whole, embedded, uris), count, whole.size() < page.size());
    }

    /// Those before the first that lacks evidence, or that one by itself.
    private static List<IncidentEntity> whole(List<IncidentEntity> page, Set<Long> cut) {
        for (int i = 1; i < page.size(); i++) {
            if (cut.contains(page.get(i).incidentId)) {
                return page.subList(0, i);
            }
        }
        return page;
    }

    private static List<Long> ids(List<IncidentEntity> page) {
        return page.stream().map(incident -> incident.incidentId).toList();
    }

    private static List<IncidentEntity> bounded(List<IncidentEntity> page, Map<Long, Integer> alerts) {
        int held = 0;
        for (int i = 0; i < page.size(); i++) {
            held += alerts.getOrDefault(page.get(i).incidentId, 0);
            if (held > MOST_ALERTS && i > 0) {
                return page.subList(0, i);
            }
        }
        return page;
    }

    @Transactional
    long count(Caller caller, ODataQuery query) {
        return incidents.count(caller.tenant(), scopes.of(caller), query);
    }

    @Transactional
    IncidentView get(Caller caller, long id, LongFunction<String> uris) {
        DeviceScope scope = scopes.of(caller);
        var incident = incidents.find(caller.tenant(), scope, id).orElseThrow(() -> notFound(id));
        var embedded = alerts.byIncident(caller.tenant(), scope, List.of(id));
        return views(caller.tenant(), scope, List.of(incident), embedded, uris).getFirst();
    }

    /// Resolving it resolves its alerts.
    ///
    /// @throws ProblemException 404 when there is no such incident in reach, 400 when it was merged into
    ///     another, 403 when it is to be resolved and holds alerts out of reach
    @Transactional
    IncidentView update(Caller caller, long id, IncidentChange change, LongFunction<String> uris) {
        UUID tenant = caller.tenant();
        DeviceScope scope = scopes.of(caller);
        boolean resolves = change.status() == IncidentStatus.Resolved;
        if (resolves) {
            placing.alone(tenant);
        }
        IncidentRepository.Locked before = lock(tenant, scope, id);
        if (before.state().status().equals("Redirected")) {
            throw new ProblemException(
                    AlertProblem.INCIDENT_REDIRECTED,
                    "Incident " + id + " was merged into incident " + before.redirect() + "; update that one");
        }
        if (resolves && incidents.holdsBeyond(tenant, scope, id)) {
            throw new ProblemException(
                    AlertProblem.INCIDENT_BEYOND_REACH,
                    "Incident " + id
                            + " holds alerts of devices out of your reach, which resolving it would resolve too");
        }
        WireTime now = WireTime.now();
        incidents.update(tenant, id, change, caller.name(), now);
        var detail = new LinkedHashMap<String, Object>();
        detail.put("before", before.state());
        detail.put("after", lock(tenant, scope, id).state());
        detail.put("commented", change.comment() != null);
        if (resolves) {
            detail.put("resolvedAlerts", incidents.resolveAlerts(tenant, id, now));
        }
        audit.record(tenant, caller.name(), "incident.update", Long.toString(id), detail);
        return get(caller, id, uris);
    }

    private IncidentRepository.Locked lock(UUID tenant, DeviceScope scope, long id) {
        return incidents.lock(tenant, scope, id).orElseThrow(() -> notFound(id));
    }

    private static ProblemException notFound(long id) {
        return new ProblemException(CommonProblem.RESOURCE_NOT_FOUND, "Incident " + id + " was not found");
    }

    private List<IncidentView> views(
            UUID tenant,
            DeviceScope scope,
            List<IncidentEntity> page,
            IncidentAlertRepository.Embedded embedded,
            LongFunction<String> uris) {
        var ids = ids(page);
        var comments = incidents.comments(tenant, ids);
        var inReach = outlines.of(tenant, scope, ids);
        return page.stream()
                .map(incident -> IncidentView.of(
                        incident,
                        outline(scope, incident, inReach.get(incident.incidentId)),
                        uris.apply(incident.incidentId),
                        comments.getOrDefault(incident.incidentId, List.of()),
                        embedded.alerts().getOrDefault(incident.incidentId, List.of())))
                .toList();
    }

    /// @param inReach null of one without alerts in reach
    static IncidentOutlines.Outline outline(
            DeviceScope scope, IncidentEntity incident, IncidentOutlines.Outline inReach) {
        if (scope.isEverything()) {
            return new IncidentOutlines.Outline(incident.incidentName, incident.severity);
        }
        return inReach == null
                ? IncidentOutlines.Outline.ofNothing(incident.incidentId, incident.redirectIncidentId)
                : inReach;
    }
}

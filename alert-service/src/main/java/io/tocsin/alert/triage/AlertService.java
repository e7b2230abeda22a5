package io.tocsin.alert.triage;

import io.tocsin.alert.AlertProblem;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// Reading and updating alerts.
@ApplicationScoped
public class AlertService {

    static final EntityModel MODEL = EntityModel.named("Alerts")
            .entity(AlertView.class)
            .time("alertCreationTime", "alert_creation_ticks")
            .time("lastUpdateTime", "last_update_ticks")
            .longNumber("incidentId", "incident_id")
            .longNumber("investigationId", "investigation_id")
            .string("id", "id")
            .string("assignedTo", "assigned_to")
            .enumeration("detectionSource", "detection_source", DetectionSources.NAMES)
            .time("lastEventTime", "last_event_ticks")
            .enumeration("status", "status", List.of("Unknown", "New", "InProgress", "Resolved"))
            .enumeration(
                    "severity",
                    "severity",
                    Stream.of(AlertSeverity.values()).map(Enum::name).toList())
            .string("category", "category")
            .string("machineId", "machine_id")
            .strings("mitreTechniques", "mitre_techniques")
            .rows("evidence", EvidenceModel.OF_ALERT, EvidenceModel.MODEL)
            .required("alertCreationTime", "lastUpdateTime", "id", "status", "severity")
            .alias("asssignedTo", "assignedTo")
            .expandable("evidence")
            .defaultOrder("id")
            .build();

    record Page(List<AlertView> alerts, Long count) {}

    private final AlertRepository alerts;
    private final EvidenceRepository evidence;
    private final Audit audit;

    AlertService(AlertRepository alerts, EvidenceRepository evidence, Audit audit) {
        this.alerts = alerts;
        this.evidence = evidence;
        this.audit = audit;
    }

    @Transactional
    Page list(UUID tenant, ODataQuery query) {
        List<AlertView> page =
                alerts.page(tenant, query).stream().map(AlertEntity::toView).toList();
        Long count = query.countWanted() ? alerts.count(tenant, query) : null;
        return new Page(complete(tenant, page, query.expands("evidence")), count);
    }

    @Transactional
    long count(UUID tenant, ODataQuery query) {
        return alerts.count(tenant, query);
    }

    /// The alert with its comments and evidence.
    ///
    /// @throws ProblemException 404 when the tenant has none of this id
    @Transactional
    public AlertView get(UUID tenant, String id) {
        AlertView alert = alerts.find(tenant, id)
                .map(AlertEntity::toView)
                .orElseThrow(
                        () -> new ProblemException(AlertProblem.ALERT_NOT_FOUND, "Alert " + id + " was not found"));
        return complete(tenant, List.of(alert), true).getFirst();
    }

    private List<AlertView> complete(UUID tenant, List<AlertView> page, boolean withEvidence) {
        List<String> ids = page.stream().map(AlertView::id).toList();
        var comments = alerts.comments(tenant, ids);
        Map<String, List<Evidence>> entities = withEvidence ? evidence.of(tenant, ids) : Map.of();
        return page.stream()
                .map(alert -> alert.with(
                        comments.getOrDefault(alert.id(), List.of()), entities.getOrDefault(alert.id(), List.of())))
                .toList();
    }

    @Transactional
    void update(Caller caller, String id, AlertChange change) {
        AlertState before = lock(caller, id);
        alerts.update(caller.tenant(), id, change, caller.name(), WireTime.now());
        var detail = new LinkedHashMap<String, Object>();
        detail.put("before", before);
        detail.put("after", lock(caller, id));
        detail.put("commented", change.comment() != null);
        audit.record(caller.tenant(), caller.name(), "alert.update", id, detail);
    }

    private AlertState lock(Caller caller, String id) {
        return alerts.lock(caller.tenant(), id)
                .orElseThrow(
                        () -> new ProblemException(AlertProblem.ALERT_NOT_FOUND, "Alert " + id + " was not found"));
    }
}

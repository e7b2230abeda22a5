package io.tocsin.alert.triage;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.incident.PlacingLock;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.BatchBound;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// Reading and updating alerts.
@ApplicationScoped
public class AlertService {

    /// What a list of alerts may be asked.
    public static final EntityModel MODEL = EntityModel.named("Alerts")
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

    /// The most alerts one request changes.
    private static final int MOST_AT_ONCE = 100;

    /// @param count all that the filter leaves, or null when not asked for
    /// @param shortened whether the next ones would have been too much evidence together
    public record Page(List<AlertView> alerts, Long count, boolean shortened) {}

    private final AlertRepository alerts;
    private final PlacingLock placing;
    private final EvidenceRepository evidence;
    private final DeviceScopes scopes;
    private final Audit audit;

    AlertService(
            AlertRepository alerts,
            PlacingLock placing,
            EvidenceRepository evidence,
            DeviceScopes scopes,
            Audit audit) {
        this.alerts = alerts;
        this.placing = placing;
        this.evidence = evidence;
        this.scopes = scopes;
        this.audit = audit;
    }

    @Transactional
    Page list(Caller caller, ODataQuery query) {
        return list(caller, AlertSelection.ALL, query, query.expands("evidence"));
    }

    /// The alerts of something; their evidence is there without being asked for, as recorded (wire-facts §5).
    @Transactional
    public Page listOf(Caller caller, AlertSelection selection, ODataQuery query) {
        return list(caller, selection, query, true);
    }

    private Page list(Caller caller, AlertSelection selection, ODataQuery query, boolean withEvidence) {
        DeviceScope scope = scopes.of(caller);
        List<AlertView> page = alerts.page(caller.tenant(), scope, selection, query);
        Long count = query.countWanted() ? alerts.count(caller.tenant(), scope, selection, query) : null;
        List<AlertView> shown =
                withEvidence ? withEvidence(caller.tenant(), page, EvidenceRepository.LONGEST_TOGETHER) : page;
        return new Page(shown, count, shown.size() < page.size());
    }

    /// How many alerts of the selection the filter leaves.
    @Transactional
    public long count(Caller caller, AlertSelection selection, ODataQuery query) {
        return alerts.count(caller.tenant(), scopes.of(caller), selection, query);
    }

    /// The alert with its comments and evidence.
    ///
    /// @throws ProblemException 404 when there is none of this id in the caller's reach
    @Transactional
    public AlertView get(Caller caller, String id) {
        AlertView alert = alerts.find(caller.tenant(), scopes.of(caller), id).orElseThrow(() -> notFound(id));
        return withEvidence(caller.tenant(), List.of(alert), Integer.MAX_VALUE).getFirst();
    }

    /// As many of them from the first on as have so many characters of evidence together.
    List<AlertView> withEvidence(UUID tenant, List<AlertView> alerts, int longest) {
        EvidenceRepository.Held held = evidence.upTo(
                longest, tenant, alerts.stream().map(AlertView::id).toList());
        return alerts.subList(0, held.alerts()).stream()
                .map(alert -> alert.with(held.evidence().getOrDefault(alert.id(), List.of())))
                .toList();
    }

    @Transactional
    void update(Caller caller, String id, AlertChange change) {
        update(caller, List.of(id), change);
    }

    /// Changes all of them, or none when one is not there.
    ///
    /// @throws ProblemException 400 when there are too many, 404 when one does not exist in the caller's reach
    @Transactional
    void update(Caller caller, Collection<String> ids, AlertChange change) {
        BatchBound.check(ids.size(), MOST_AT_ONCE, "alerts");
        DeviceScope scope = scopes.of(caller);
        WireTime now = WireTime.now();
        Map<String, AlertState> before = lock(caller.tenant(), scope, ids);
        ids.stream().filter(id -> !before.containsKey(id)).findFirst().ifPresent(missing -> {
            throw notFound(missing);
        });
        alerts.touchIncidents(caller.tenant(), scope, ids, now);
        ids.forEach(id -> alerts.update(caller.tenant(), id, change, caller.name(), now));
        Map<String, AlertState> after = alerts.lock(caller.tenant(), scope, ids);
        ids.forEach(id -> {
            var detail = new LinkedHashMap<String, Object>();
            detail.put("before", before.get(id));
            detail.put("after", after.get(id));
            detail.put("commented", change.comment() != null);
            audit.record(caller.tenant(), caller.name(), "alert.update", id, detail);
        });
    }

    /// In everybody's order (docs/adr/068): alerts that are in no incident, the right to change placed ones, these.
    /// Whoever places new ones alone may wait for the first, and not the other way about.
    private Map<String, AlertState> lock(UUID tenant, DeviceScope scope, Collection<String> ids) {
        if (alerts.lockUnplaced(tenant, scope, ids) < ids.size()) {
            placing.withOthers(tenant);
        }
        return alerts.lock(tenant, scope, ids);
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(AlertProblem.ALERT_NOT_FOUND, "Alert " + id + " was not found");
    }
}

package io.tocsin.alert.correlation;

import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.incident.AlertEvidenceRepository;
import io.tocsin.alert.story.EvidenceProcesses;
import io.tocsin.alert.story.ProcessFact;
import io.tocsin.audit.Audit;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;

@ApplicationScoped
class CorrelationService {

    private static final String ACTOR = "alert-service";
    private static final int MOST_REASONS = 20;

    private static final Comparator<Candidate> STRONGEST_FIRST = Comparator.comparing(Candidate::rule)
            .thenComparing(Candidate::incidentId)
            .thenComparing(Candidate::alertId)
            .thenComparing(Candidate::detail);

    private final CorrelationConfig config;
    private final CorrelationRepository alerts;
    private final OpenIncidents incidents;
    private final AlertEvidenceRepository evidence;
    private final EvidenceProcesses processes;
    private final Audit audit;

    CorrelationService(
            CorrelationConfig config,
            CorrelationRepository alerts,
            OpenIncidents incidents,
            AlertEvidenceRepository evidence,
            EvidenceProcesses processes,
            Audit audit) {
        this.config = config;
        this.alerts = alerts;
        this.incidents = incidents;
        this.evidence = evidence;
        this.processes = processes;
        this.audit = audit;
    }

    @Transactional
    List<UUID> tenants() {
        return alerts.tenants();
    }

    /// Correlates the tenant's oldest waiting alerts; answers how many there were, 0 while another replica does it.
    @Transactional
    int correlate(UUID tenant, int most) {
        return correlate(tenant, null, most);
    }

    /// Correlates one alert alone, so that one that fails holds back no other.
    @Transactional
    void correlateAlone(UUID tenant, String alertId) {
        correlate(tenant, alertId, 1);
    }

    @Transactional
    List<String> waitingIds(UUID tenant, int most) {
        return alerts.waitingIds(tenant, most);
    }

    private int correlate(UUID tenant, String only, int most) {
        if (!alerts.lock(tenant)) {
            return 0;
        }
        var waiting = alerts.waiting(tenant, only, most);
        var entities =
                evidence.byAlert(tenant, waiting.stream().map(WaitingAlert::id).toList());
        var changed = new TreeSet<Long>();
        for (WaitingAlert alert : waiting) {
            place(tenant, alert, entities.getOrDefault(alert.id(), List.of()), changed);
        }
        changed.forEach(incident -> incidents.describe(tenant, incident));
        return waiting.size();
    }

    private void place(UUID tenant, WaitingAlert alert, List<AlertEvidence> entities, Collection<Long> changed) {
        var candidates = candidates(tenant, alert, entities);
        var linked = new LinkedHashSet<Long>();
        // An alert that has its place brings its incident into the merge, before all others. It may have moved since.
        Long own = alerts.incidentOf(tenant, alert.id());
        if (own != null) {
            linked.add(own);
        }
        candidates.forEach(candidate -> linked.add(candidate.incidentId()));
        var byId = incidents.lock(tenant, linked);
        var inOrder = linked.stream()
                .flatMap(id -> byId.stream().filter(incident -> incident.id() == id))
                .toList();
        boolean stays = own != null && !inOrder.getFirst().isOpen();
        var plan = stays ? null : MergePlan.of(inOrder);
        long incident = stays ? own : plan == null ? open(tenant, alert) : merge(tenant, plan, changed);
        if (plan != null) {
            keepReasons(tenant, alert, candidates, plan);
        }
        alerts.place(tenant, alert.id(), incident);
        changed.add(incident);
    }

    private List<Candidate> candidates(UUID tenant, WaitingAlert alert, List<AlertEvidence> entities) {
        var keys = new ArrayList<LinkKey>(LinkKeys.of(entities));
        if (alert.machineId() != null) {
            keys.addAll(processKeys(tenant, alert, entities));
        }
        alerts.replaceKeys(tenant, alert.id(), keys);
        var common = alerts.common(tenant, keys, config.prevalence());
        keys.removeIf(key -> common.contains(key.rule() + " " + key.value()));
        var found = new ArrayList<>(alerts.sharing(tenant, alert, keys, config.sharedWindow()));
        if (alert.machineId() != null) {
            found.addAll(alerts.onMachine(tenant, alert, config.machineWindow()));
        }
        found.sort(STRONGEST_FIRST);
        return found;
    }

    /// Every process from those of the evidence up to the top of their trees: two alerts of one tree share at least
    /// that.
    private List<LinkKey> processKeys(UUID tenant, WaitingAlert alert, List<AlertEvidence> entities) {
        var named = processes.named(tenant, alert.machineId(), alert.time(), entities);
        var known =
                processes.withAncestors(tenant, alert.machineId(), alert.time().ofProcesses(), named);
        var keys = new ArrayList<LinkKey>();
        for (String key : named) {
            if (known.containsKey(key)) {
                EvidenceProcesses.pathBelowHubs(known, key).forEach(process -> keys.add(processKey(alert, process)));
            } else {
                keys.add(
                        new LinkKey(Rule.SameProcessTree, alert.machineId() + ":" + key, "process " + key + on(alert)));
            }
        }
        return keys;
    }

    private static LinkKey processKey(WaitingAlert alert, ProcessFact process) {
        return new LinkKey(
                Rule.SameProcessTree,
                alert.machineId() + ":" + process.key(),
                "process " + process.fileName() + " (" + process.processId() + ")" + on(alert));
    }

    private static String on(WaitingAlert alert) {
        return " on " + (alert.machineName() == null ? alert.machineId() : alert.machineName());
    }

    private long open(UUID tenant, WaitingAlert alert) {
        long incident = incidents.open(tenant);
        alerts.link(tenant, alert.id(), Rule.First, null, "opened the incident");
        audit.record(tenant, ACTOR, "incident.open", Long.toString(incident), Map.of("alertId", alert.id()));
        return incident;
    }

    private long merge(UUID tenant, MergePlan plan, Collection<Long> changed) {
        long target = plan.target().id();
        for (CandidateIncident source : plan.sources()) {
            if (incidents.merge(tenant, source.id(), target)) {
                changed.remove(source.id());
                audit.record(
                        tenant,
                        ACTOR,
                        "incident.merge",
                        Long.toString(source.id()),
                        Map.of("targetIncidentId", target));
            }
        }
        return target;
    }

    /// Only links to alerts that are in the same incident now say why it belongs here.
    private void keepReasons(UUID tenant, WaitingAlert alert, List<Candidate> candidates, MergePlan plan) {
        var together = new LinkedHashSet<Long>();
        together.add(plan.target().id());
        plan.sources().forEach(source -> together.add(source.id()));
        candidates.stream()
                .filter(candidate -> together.contains(candidate.incidentId()))
                .limit(MOST_REASONS)
                .forEach(candidate ->
                        alerts.link(tenant, alert.id(), candidate.rule(), candidate.alertId(), candidate.detail()));
    }
}

package io.tocsin.alert.story;

import io.tocsin.alert.incident.AlertEvidence;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Finds the process trees of a machine that hold the evidence of an incident's alerts.
@ApplicationScoped
class ForestBuilder {

    private static final int MOST_PROCESSES = 500;
    private static final int MOST_GENERATIONS = 32;

    private final EvidenceProcesses evidenceProcesses;
    private final ProcessTelemetry telemetry;

    ForestBuilder(EvidenceProcesses evidenceProcesses, ProcessTelemetry telemetry) {
        this.evidenceProcesses = evidenceProcesses;
        this.telemetry = telemetry;
    }

    /// The alerts of this machine, and those of no machine, whose addresses it may have spoken to.
    MachineForest build(
            UUID tenant,
            IncidentStory.Machine machine,
            List<IncidentStory.Alert> alerts,
            Map<String, List<AlertEvidence>> evidence) {
        var alertIds = new LinkedHashMap<String, Set<String>>();
        for (IncidentStory.Alert alert : alerts) {
            for (String key :
                    seeds(tenant, machine.machineId(), alert, evidence.getOrDefault(alert.alertId(), List.of()))) {
                alertIds.computeIfAbsent(key, none -> new LinkedHashSet<>()).add(alert.alertId());
            }
        }
        var range = range(alerts).ofProcesses();
        var known = evidenceProcesses.withAncestors(tenant, machine.machineId(), range, alertIds.keySet());
        var tops = new LinkedHashSet<String>();
        for (String seed : alertIds.keySet()) {
            var path = EvidenceProcesses.pathBelowHubs(known, seed);
            if (!path.isEmpty()) {
                tops.add(path.getLast().key());
            }
        }
        addDescendants(tenant, machine.machineId(), range, known, tops);
        var tellers = known.values().stream()
                .filter(process -> !process.isHub() || alertIds.containsKey(process.key()))
                .map(ProcessFact::key)
                .toList();
        var activities = telemetry.activities(tenant, machine.machineId(), range, tellers);
        return new MachineForest(machine.machineId(), machine.computerDnsName(), known, alertIds, activities);
    }

    private Set<String> seeds(UUID tenant, String machine, IncidentStory.Alert alert, List<AlertEvidence> evidence) {
        var time = rangeOf(alert);
        var named = evidenceProcesses.named(tenant, machine, time, evidence);
        return named.isEmpty() && alert.machineId() != null ? evidenceProcesses.around(tenant, machine, time) : named;
    }

    private void addDescendants(
            UUID tenant, String machine, TimeRange range, Map<String, ProcessFact> known, Set<String> tops) {
        Collection<String> generation = tops;
        var asked = new LinkedHashSet<String>();
        for (int i = 0; i < MOST_GENERATIONS && !generation.isEmpty() && known.size() < MOST_PROCESSES; i++) {
            asked.addAll(generation);
            generation = telemetry.children(tenant, machine, range, generation, MOST_PROCESSES - known.size()).stream()
                    .filter(child -> !asked.contains(child))
                    .distinct()
                    .toList();
            var missing =
                    generation.stream().filter(key -> !known.containsKey(key)).toList();
            if (!missing.isEmpty()) {
                known.putAll(telemetry.processes(tenant, machine, range, missing));
            }
        }
    }

    private static TimeRange range(List<IncidentStory.Alert> alerts) {
        var first = alerts.stream().map(IncidentStory.Alert::firstEventTime).min((a, b) -> a.compareTo(b));
        var last = alerts.stream().map(IncidentStory.Alert::lastEventTime).max((a, b) -> a.compareTo(b));
        return new TimeRange(first.orElseThrow(), last.orElseThrow());
    }

    private static TimeRange rangeOf(IncidentStory.Alert alert) {
        return new TimeRange(alert.firstEventTime(), alert.lastEventTime());
    }
}

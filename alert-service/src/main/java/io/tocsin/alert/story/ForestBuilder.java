package io.tocsin.alert.story;

import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.alert.process.ProcessTrees.Siblings;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Finds the process trees that hold the evidence of a story's alerts: who started whom is read off the table of
/// processes, what they did off the events. As many statements for a hundred
/// machines as for one, and never more than [#MOST_PROCESSES] processes.
@ApplicationScoped
class ForestBuilder {

    private static final int MOST_PROCESSES = 1_000;
    private static final int MOST_SUBJECTS = 1_000;
    private static final int MOST_SEEDS = 500;
    private static final int MOST_UNSEEN = 200;
    private static final int FEWEST_ACTS = 1;

    private final EvidenceProcesses evidenceProcesses;
    private final ProcessTelemetry telemetry;
    private final ProcessTrees trees;

    ForestBuilder(EvidenceProcesses evidenceProcesses, ProcessTelemetry telemetry, ProcessTrees trees) {
        this.trees = trees;
        this.evidenceProcesses = evidenceProcesses;
        this.telemetry = telemetry;
    }

    /// The trees of the alerts' own machines; an alert without one may be about any of them.
    Forest build(
            UUID tenant,
            Collection<String> machines,
            List<IncidentStory.Alert> alerts,
            Map<String, List<AlertEvidence>> evidence) {
        if (machines.isEmpty()) {
            return Forest.EMPTY;
        }
        var alertIds = seeds(tenant, subjects(machines, alerts, evidence), alerts);
        var range = range(alerts).ofProcesses();
        var lines = trees.lines(alertIds.keySet());
        var known = new LinkedHashMap<ProcessRef, ProcessFact>();
        lines.forEach((ref, process) -> known.put(ref, ProcessFact.of(process)));
        var tops = new LinkedHashSet<ProcessRef>();
        for (ProcessRef seed : alertIds.keySet()) {
            EvidenceProcesses.pathBelowHubs(known, seed).forEach(process -> tops.add(process.ref()));
        }
        return grown(
                tenant, range, known, alertIds, tops.stream().map(Siblings::of).toList());
    }

    /// The children of one process behind one of them, and what is below them.
    Forest branch(UUID tenant, TimeRange range, Siblings siblings) {
        return grown(tenant, range, new LinkedHashMap<>(), new HashMap<>(), List.of(siblings));
    }

    private Forest grown(
            UUID tenant,
            TimeRange range,
            Map<ProcessRef, ProcessFact> known,
            Map<ProcessRef, Set<String>> alertIds,
            Collection<Siblings> tops) {
        var branches =
                Branches.below(trees, tops, range.to(), MOST_PROCESSES - known.size(), Set.copyOf(known.keySet()));
        var below = branches.found();
        var processes = trees.find(below);
        below.stream()
                .filter(processes::containsKey)
                .forEach(ref -> known.put(ref, ProcessFact.of(processes.get(ref))));
        complete(tenant, range, known);
        var tellers = known.values().stream()
                .filter(process -> !process.isHub() || alertIds.containsKey(process.ref()))
                .map(ProcessFact::ref)
                .toList();
        return new Forest(
                known,
                alertIds,
                telemetry.activities(tenant, range, quotas(known, alertIds.keySet(), tellers)),
                branches.children());
    }

    /// The evidence and who started it tell all they did; the others share what is left.
    private static Map<ProcessRef, Integer> quotas(
            Map<ProcessRef, ProcessFact> known, Collection<ProcessRef> evidence, List<ProcessRef> tellers) {
        var whole = new HashSet<ProcessRef>();
        for (ProcessRef process : evidence) {
            whole.add(process);
            EvidenceProcesses.pathBelowHubs(known, process).forEach(above -> whole.add(above.ref()));
        }
        int share = Math.clamp(
                ProcessTelemetry.MOST_ACTS / Math.max(1, tellers.size()) / ProcessTelemetry.KINDS,
                FEWEST_ACTS,
                ProcessTelemetry.MOST_ACTS_OF_A_KIND);
        var quotas = new LinkedHashMap<ProcessRef, Integer>();
        tellers.forEach(
                process -> quotas.put(process, whole.contains(process) ? ProcessTelemetry.MOST_ACTS_OF_A_KIND : share));
        return quotas;
    }

    private void complete(UUID tenant, TimeRange range, Map<ProcessRef, ProcessFact> known) {
        var unseen = known.values().stream()
                .filter(process -> !process.observed())
                .map(ProcessFact::ref)
                .limit(MOST_UNSEEN)
                .toList();
        telemetry
                .acted(tenant, range, unseen)
                .forEach(process -> known.computeIfPresent(process, (ref, fact) -> fact.thatActed()));
    }

    /// Of each alert its machine, or each machine of the story when it has none.
    private static List<Subject> subjects(
            Collection<String> machines, List<IncidentStory.Alert> alerts, Map<String, List<AlertEvidence>> evidence) {
        var subjects = new ArrayList<Subject>();
        for (IncidentStory.Alert alert : alerts) {
            var entities = evidence.getOrDefault(alert.alertId(), List.of());
            for (String machine : alert.machineId() == null ? machines : List.of(alert.machineId())) {
                if (subjects.size() < MOST_SUBJECTS) {
                    subjects.add(new Subject(alert.alertId(), machine, rangeOf(alert), entities));
                }
            }
        }
        return subjects;
    }

    private Map<ProcessRef, Set<String>> seeds(UUID tenant, List<Subject> subjects, List<IncidentStory.Alert> alerts) {
        var seeds = new LinkedHashMap<ProcessRef, Set<String>>();
        var named = evidenceProcesses.named(tenant, subjects);
        var nameless = new ArrayList<Subject>();
        Set<String> withoutMachine = new LinkedHashSet<>();
        alerts.stream()
                .filter(alert -> alert.machineId() == null)
                .forEach(alert -> withoutMachine.add(alert.alertId()));
        for (int n = 0; n < subjects.size(); n++) {
            add(tenant, seeds, subjects.get(n), named.get(n));
            if (named.get(n).isEmpty()
                    && !withoutMachine.contains(subjects.get(n).alertId())) {
                nameless.add(subjects.get(n));
            }
        }
        var near = evidenceProcesses.around(tenant, nameless);
        for (int n = 0; n < nameless.size(); n++) {
            add(tenant, seeds, nameless.get(n), near.get(n));
        }
        return seeds;
    }

    private static void add(UUID tenant, Map<ProcessRef, Set<String>> seeds, Subject subject, Set<String> keys) {
        for (String key : keys) {
            var process = new ProcessRef(tenant, subject.machineId(), key);
            if (seeds.size() < MOST_SEEDS || seeds.containsKey(process)) {
                seeds.computeIfAbsent(process, none -> new LinkedHashSet<>()).add(subject.alertId());
            }
        }
    }

    static TimeRange range(List<IncidentStory.Alert> alerts) {
        WireTime first = alerts.stream()
                .map(IncidentStory.Alert::firstEventTime)
                .min(WireTime::compareTo)
                .orElseThrow();
        WireTime last = alerts.stream()
                .map(IncidentStory.Alert::lastEventTime)
                .max(WireTime::compareTo)
                .orElseThrow();
        return new TimeRange(first, last);
    }

    private static TimeRange rangeOf(IncidentStory.Alert alert) {
        return new TimeRange(alert.firstEventTime(), alert.lastEventTime());
    }
}

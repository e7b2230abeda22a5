package io.tocsin.alert.story;

import io.tocsin.alert.incident.AlertEvidence;
import io.tocsin.alert.story.ProcessTelemetry.Branch;
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

/// Finds the process trees that hold the evidence of a story's alerts: as many statements for a hundred
/// machines as for one, and never more than [#MOST_PROCESSES] processes.
@ApplicationScoped
class ForestBuilder {

    /// Of one process; the others are told branch by branch.
    static final int MOST_CHILDREN = 50;

    private static final int MOST_PROCESSES = 1_000;
    private static final int MOST_SUBJECTS = 1_000;
    private static final int MOST_SEEDS = 500;
    private static final int MOST_UNSEEN = 200;
    private static final int MOST_ACTS = 2_000;
    private static final int MOST_ACTS_OF_ONE = 200;
    private static final int FEWEST_ACTS = 2;

    private final EvidenceProcesses evidenceProcesses;
    private final ProcessTelemetry telemetry;

    ForestBuilder(EvidenceProcesses evidenceProcesses, ProcessTelemetry telemetry) {
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
        var known = new LinkedHashMap<>(telemetry.withAncestors(tenant, alertIds.keySet()));
        var tops = new LinkedHashSet<ProcessRef>();
        for (ProcessRef seed : alertIds.keySet()) {
            var path = EvidenceProcesses.pathBelowHubs(known, seed);
            if (!path.isEmpty()) {
                tops.add(path.getLast().ref());
            } else if (!known.containsKey(seed)) {
                tops.add(seed);
            }
        }
        var branches = tops.stream()
                .map(top -> new Branch(top, 0, "", MOST_CHILDREN + 1))
                .toList();
        return grown(tenant, range, known, alertIds, branches);
    }

    /// The children of one process behind one of them, and what is below them.
    ///
    /// @param after its time of creation and key, 0 and empty for the first page
    Forest branch(UUID tenant, TimeRange range, ProcessRef top, long after, String afterKey) {
        return grown(
                tenant,
                range,
                new LinkedHashMap<>(),
                new HashMap<>(),
                List.of(new Branch(top, after, afterKey, MOST_CHILDREN + 1)));
    }

    private Forest grown(
            UUID tenant,
            TimeRange range,
            Map<ProcessRef, ProcessFact> known,
            Map<ProcessRef, Set<String>> alertIds,
            List<Branch> branches) {
        int most = MOST_PROCESSES - known.size();
        var below = telemetry.descendants(tenant, range.to(), branches, MOST_CHILDREN + 1, most);
        boolean isCut = add(known, below, most);
        complete(tenant, range, known, alertIds.keySet());
        var tellers = known.values().stream()
                .filter(process -> !process.isHub() || alertIds.containsKey(process.ref()))
                .map(ProcessFact::ref)
                .toList();
        var counts = isCut
                ? telemetry.children(tenant, range.to(), withTops(tellers, branches))
                : Map.<ProcessRef, Long>of();
        return new Forest(
                known,
                alertIds,
                telemetry.activities(tenant, range, quotas(known, alertIds.keySet(), tellers)),
                counts);
    }

    /// The evidence and who started it tell all they did; the others share what is left.
    private static Map<ProcessRef, Integer> quotas(
            Map<ProcessRef, ProcessFact> known, Collection<ProcessRef> evidence, List<ProcessRef> tellers) {
        var whole = new HashSet<ProcessRef>();
        for (ProcessRef process : evidence) {
            whole.add(process);
            EvidenceProcesses.pathBelowHubs(known, process).forEach(above -> whole.add(above.ref()));
        }
        int share = Math.clamp(MOST_ACTS / Math.max(1, tellers.size()), FEWEST_ACTS, MOST_ACTS_OF_ONE);
        var quotas = new LinkedHashMap<ProcessRef, Integer>();
        tellers.forEach(process -> quotas.put(process, whole.contains(process) ? MOST_ACTS_OF_ONE : share));
        return quotas;
    }

    /// A branch's own process is asked about, though it is not told; what was told before it does not count
    /// again.
    private static Collection<Branch> withTops(List<ProcessRef> tellers, List<Branch> branches) {
        var asked = new LinkedHashMap<ProcessRef, Branch>();
        tellers.forEach(process -> asked.put(process, new Branch(process, 0, "", 0)));
        branches.forEach(branch -> asked.put(branch.process(), branch));
        return asked.values();
    }

    /// What comes broadest first, so that a process whose parent was left out can be left out, too.
    ///
    /// @return whether something was
    private static boolean add(Map<ProcessRef, ProcessFact> known, Map<ProcessRef, ProcessFact> below, int most) {
        var children = new HashMap<ProcessRef, Integer>();
        boolean isCut = below.size() >= most;
        for (ProcessFact process : below.values()) {
            ProcessFact parent = process.parent() == null ? null : below.get(process.parent());
            if (!process.observed() || parent != null && parent.observed() && !known.containsKey(parent.ref())) {
                continue;
            }
            int place = process.parent() == null ? 0 : children.merge(process.parent(), 1, Integer::sum);
            if (place <= MOST_CHILDREN) {
                known.merge(process.ref(), process, (before, more) -> more.completedBy(before));
            } else {
                isCut = true;
            }
        }
        return isCut;
    }

    private void complete(
            UUID tenant, TimeRange range, Map<ProcessRef, ProcessFact> known, Collection<ProcessRef> seeds) {
        var unseen = new LinkedHashSet<ProcessRef>();
        seeds.stream().filter(seed -> !known.containsKey(seed)).forEach(unseen::add);
        known.values().stream()
                .filter(process -> !process.observed())
                .map(ProcessFact::ref)
                .forEach(unseen::add);
        telemetry
                .unseen(tenant, range, unseen.stream().limit(MOST_UNSEEN).toList())
                .forEach(process -> known.merge(
                        process.ref(),
                        process,
                        (before, more) -> before.observed() ? before.completedBy(more) : more.completedBy(before)));
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
            add(seeds, subjects.get(n), named.get(n));
            if (named.get(n).isEmpty()
                    && !withoutMachine.contains(subjects.get(n).alertId())) {
                nameless.add(subjects.get(n));
            }
        }
        var near = evidenceProcesses.around(tenant, nameless);
        for (int n = 0; n < nameless.size(); n++) {
            add(seeds, nameless.get(n), near.get(n));
        }
        return seeds;
    }

    private static void add(Map<ProcessRef, Set<String>> seeds, Subject subject, Set<String> keys) {
        for (String key : keys) {
            var process = new ProcessRef(subject.machineId(), key);
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

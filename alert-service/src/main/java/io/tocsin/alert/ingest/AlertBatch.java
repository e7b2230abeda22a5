package io.tocsin.alert.ingest;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.triage.Evidence;
import io.tocsin.alert.triage.EvidenceRepository;
import io.tocsin.alert.triage.EvidenceRepository.AlertId;
import io.tocsin.audit.Audit;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// Stores many alerts, with their evidence and their audit rows, in one transaction and by a number of
/// statements that does not depend on how many they are (docs/adr/029). One alert is a batch of one.
@ApplicationScoped
class AlertBatch {

    private final AlertRows rows;
    private final AlertSources sources;
    private final KnownMachines machines;
    private final EvidenceRepository evidence;
    private final Audit audit;
    private final AtomicLong lastTicks = new AtomicLong();

    AlertBatch(AlertRows rows, AlertSources sources, KnownMachines machines, EvidenceRepository evidence, Audit audit) {
        this.rows = rows;
        this.sources = sources;
        this.machines = machines;
        this.evidence = evidence;
        this.audit = audit;
    }

    /// Stores what it can. Of several submissions of one alert the later ones are repeats of the first.
    ///
    /// @param scope whose machines and alerts the senders reach
    /// @return of each submission, in order, what became of it: stored or refused
    @Transactional
    List<Outcome> store(DeviceScope scope, List<Submission> submissions) {
        var work = new Work(scope, submissions);
        placeOnMachines(work);
        refuseForeignSources(work);
        bringUpToDate(work, create(work));
        evidence.add(work.evidence);
        audit.recordAll(work.audit);
        return Arrays.asList(work.outcomes);
    }

    private static final class Work {

        private final DeviceScope scope;
        private final List<Submission> submissions;
        private final Outcome[] outcomes;
        private final TreeMap<AlertKey, ToldAlert> alerts = new TreeMap<>();
        private final List<EvidenceRepository.Placed> evidence = new ArrayList<>();
        private final List<Audit.Entry> audit = new ArrayList<>();

        private Work(DeviceScope scope, List<Submission> submissions) {
            this.scope = scope;
            this.submissions = new ArrayList<>(submissions);
            this.outcomes = new Outcome[submissions.size()];
        }

        private void refuse(int position, ProblemException problem) {
            outcomes[position] = new Outcome.Refused(problem);
        }
    }

    private void placeOnMachines(Work work) {
        List<KnownMachines.Wanted> wanted = work.submissions.stream()
                .filter(it -> it.machine() != null)
                .flatMap(AlertBatch::wanted)
                .distinct()
                .toList();
        if (wanted.isEmpty()) {
            return;
        }
        Map<KnownMachines.Wanted, KnownMachine> known = machines.findAll(work.scope, wanted);
        for (int position = 0; position < work.submissions.size(); position++) {
            Submission submission = work.submissions.get(position);
            if (submission.machine() == null) {
                continue;
            }
            MachineName name = submission.machine();
            KnownMachine machine = wanted(submission)
                    .map(known::get)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(name.host() == null ? null : KnownMachine.named(name.host()));
            if (isRefused(work.scope, name, machine)) {
                work.refuse(position, KnownMachines.notFound(name));
            }
            work.submissions.set(position, submission.on(machine));
        }
    }

    /// An id that is none is a mistake. A host may be one whose telemetry is yet to come; but who does not reach all
    /// machines could put an alert on one out of reach that way.
    private static boolean isRefused(DeviceScope scope, MachineName name, KnownMachine machine) {
        boolean unknown = machine == null || machine.id() == null;
        return unknown && !name.optional() && (name.byId() || !scope.isEverything());
    }

    /// By the id; where it may be another product's, by the host name, too.
    private static Stream<KnownMachines.Wanted> wanted(Submission submission) {
        MachineName name = submission.machine();
        var first = new KnownMachines.Wanted(submission.tenant(), name.name(), name.byId());
        return name.byId() && name.optional() && name.host() != null
                ? Stream.of(first, new KnownMachines.Wanted(submission.tenant(), name.host(), false))
                : Stream.of(first);
    }

    private void refuseForeignSources(Work work) {
        var claims = new TreeMap<AlertSources.Source, String>();
        for (int position = 0; position < work.submissions.size(); position++) {
            Submission submission = work.submissions.get(position);
            if (work.outcomes[position] == null && submission.claims()) {
                claims.putIfAbsent(source(submission), submission.origin().actor());
            }
        }
        Map<AlertSources.Source, String> owners = sources.claim(claims);
        for (int position = 0; position < work.submissions.size(); position++) {
            Submission submission = work.submissions.get(position);
            if (work.outcomes[position] != null) {
                continue;
            }
            if (submission.claims() && !submission.origin().actor().equals(owners.get(source(submission)))) {
                work.refuse(position, AlertSources.taken(submission.alert().source()));
            } else {
                work.alerts.computeIfAbsent(submission.key(), ToldAlert::new).add(position, submission);
            }
        }
    }

    private static AlertSources.Source source(Submission submission) {
        return new AlertSources.Source(submission.tenant(), submission.alert().source());
    }

    /// @return those that are known already
    private List<ToldAlert> create(Work work) {
        if (work.alerts.isEmpty()) {
            return List.of();
        }
        WireTime now = WireTime.now();
        for (ToldAlert told : work.alerts.values()) {
            WireTime at = unique(now);
            told.asNew(told.givenId().orElseGet(() -> newId(at)), at);
        }
        Set<AlertId> created = rows.insert(List.copyOf(work.alerts.values()));
        var known = new ArrayList<ToldAlert>();
        for (ToldAlert told : work.alerts.values()) {
            if (created.contains(told.alertId())) {
                settle(work, told);
            } else {
                known.add(told);
            }
        }
        return known;
    }

    private void bringUpToDate(Work work, List<ToldAlert> repeated) {
        if (repeated.isEmpty()) {
            return;
        }
        WireTime now = WireTime.now();
        // By a statement of its own: it sees what other transactions stored meanwhile.
        Map<AlertKey, AlertRows.Known> known =
                rows.lock(work.scope, repeated.stream().map(ToldAlert::key).toList());
        Map<AlertId, List<Evidence>> held = heldBy(repeated, known);
        var changed = new ArrayList<ToldAlert>();
        var noted = new ArrayList<ToldAlert>();
        var corrected = new ArrayList<AlertId>();
        var left = new LinkedHashMap<AlertId, String>();
        for (ToldAlert told : repeated) {
            AlertRows.Known alert = known.get(told.key());
            if (alert == null) {
                throw new IllegalStateException("an alert went away while it was brought up to date");
            }
            if (!alert.reached()) {
                told.positions()
                        .forEach(position -> work.refuse(position, new ProblemException(AlertProblem.ALERT_NOT_FOUND)));
                continue;
            }
            var id = new AlertId(told.key().tenant(), alert.id());
            told.asKnown(alert.id(), now, alert.content(), held.getOrDefault(id, List.of()));
            settle(work, told);
            if (told.isChanged()) {
                changed.add(told);
            } else if (told.isNoted()) {
                noted.add(told);
            }
            String machine = alert.content().machineId();
            boolean moved = machine != null && !machine.equals(told.content().machineId());
            if (moved || alert.guessed() && !told.content().saidAt().isMachineGuessed()) {
                corrected.add(id);
            }
            if (moved && alert.placed()) {
                left.put(id, machine);
            }
        }
        rows.update(changed);
        rows.note(noted);
        rows.forgetAddresses(corrected);
        rows.tellLeft(left);
    }

    private Map<AlertId, List<Evidence>> heldBy(List<ToldAlert> repeated, Map<AlertKey, AlertRows.Known> known) {
        List<AlertId> alerts = repeated.stream()
                .filter(ToldAlert::hasEvidence)
                .filter(told -> known.containsKey(told.key()))
                .map(told ->
                        new AlertId(told.key().tenant(), known.get(told.key()).id()))
                .toList();
        return alerts.isEmpty() ? Map.of() : evidence.held(alerts);
    }

    private static void settle(Work work, ToldAlert told) {
        work.evidence.addAll(told.placed());
        for (ToldAlert.Word word : told.words()) {
            Submission submission = word.submission();
            boolean created = word.before() == null;
            work.outcomes[word.position()] =
                    new Outcome.Stored(told.id(), created, told.at(), submission.alert(), word.entities());
            work.audit.add(new Audit.Entry(
                    submission.tenant(),
                    submission.origin(),
                    created ? "alert.create" : submission.again().action(),
                    told.id(),
                    detail(word)));
        }
    }

    private static Map<String, Object> detail(ToldAlert.Word word) {
        var detail = new LinkedHashMap<String, Object>();
        detail.put("source", word.submission().alert().source());
        detail.put("sourceRef", word.submission().alert().sourceRef());
        if (word.before() != null) {
            detail.put("before", word.before().differingFrom(word.after()));
            detail.put("after", word.after().differingFrom(word.before()));
        }
        return detail;
    }

    /// No two alerts of a replica are of the same moment, so that the random part of their ids has only to tell
    /// replicas apart.
    private WireTime unique(WireTime now) {
        return new WireTime(lastTicks.updateAndGet(last -> Math.max(last + 1, now.ticks())));
    }

    /// `da<18 digits>_<signed number>`, the shape recorded (contract 10 §1).
    private static String newId(WireTime at) {
        return "da" + at.dotNetTicks() + "_" + ThreadLocalRandom.current().nextInt();
    }
}

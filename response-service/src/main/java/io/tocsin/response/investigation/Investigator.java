package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.outbox.Outbox;
import io.tocsin.response.devicegroup.AutomationLevel;
import io.tocsin.response.devicegroup.DeviceGroupService;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// Takes an investigation one step on, each step a transaction: whoever dies in one has done nothing, and the next
/// who comes does it (docs/adr/040). Steps are repeated as long as it is open, so that alerts which join are looked
/// at.
@ApplicationScoped
class Investigator {

    static final String ACTOR = "Automation";

    /// So often in a row a step may fail, each try later than the one before: over an hour.
    private static final int FAILURES = 10;

    /// So many machine actions that ended are taken over in one transaction.
    private static final int ENDED = 500;

    private static final int LONGEST_REASON = 1_000;

    private final InvestigationRepository investigations;
    private final InvestigationEntities entities;
    private final RemediationRepository remediations;
    private final RemediationPolicyRepository policies;
    private final RemediationWork work;
    private final Proposals proposals;
    private final Evidence evidence;
    private final Traces traces;
    private final MachineService machines;
    private final DeviceGroupService groups;
    private final Outbox outbox;
    private final InvestigationConfig config;
    private final InvestigationMeters meters;
    private final Audit audit;

    Investigator(
            InvestigationRepository investigations,
            InvestigationEntities entities,
            RemediationRepository remediations,
            RemediationPolicyRepository policies,
            RemediationWork work,
            Proposals proposals,
            Evidence evidence,
            Traces traces,
            MachineService machines,
            DeviceGroupService groups,
            Outbox outbox,
            InvestigationConfig config,
            InvestigationMeters meters,
            Audit audit) {
        this.investigations = investigations;
        this.entities = entities;
        this.remediations = remediations;
        this.policies = policies;
        this.work = work;
        this.proposals = proposals;
        this.evidence = evidence;
        this.traces = traces;
        this.machines = machines;
        this.groups = groups;
        this.outbox = outbox;
        this.config = config;
        this.meters = meters;
        this.audit = audit;
    }

    /// What one look at the evidence found; null where it is over already.
    ///
    /// @param alerts how many had joined when it was looked at
    private record Look(
            Evidence.Subject subject,
            int alerts,
            MachineView machine,
            AutomationLevel level,
            RemediationPolicy policy,
            List<Evidence.Found> found) {}

    /// What became of a look.
    ///
    /// @param alerts how many had joined when it was looked at
    /// @param malicious the files that other machines may have, too
    /// @param cleared what has so many remediations that they were not withdrawn all at once
    record Analysed(int alerts, List<Widening.Spread> malicious, List<Cleared> cleared) {

        Analysed(int alerts) {
            this(alerts, new ArrayList<>(), new ArrayList<>());
        }
    }

    /// What nothing is to be done about any more.
    record Cleared(Evidence.Found found, Verdict verdict) {}

    /// Looks at the evidence, proposes what is to be done on the machine about what is bad, and tells the fleet of it
    /// where the policy shares verdicts. Nothing when it is over.
    @Transactional
    Optional<Analysed> analyse(InvestigationRepository.Due it) {
        Look look = look(it);
        if (look == null) {
            return Optional.empty();
        }
        var analysed = new Analysed(look.alerts());
        look.found().forEach(found -> judge(it, look, found, analysed));
        return Optional.of(analysed);
    }

    /// The same, after it failed: each entity in a transaction of its own, so that one that cannot be examined holds up
    /// no other (docs/adr/079).
    Optional<Analysed> analyseEach(InvestigationRepository.Due it) {
        Look look = QuarkusTransaction.requiringNew().call(() -> look(it));
        if (look == null) {
            return Optional.empty();
        }
        var analysed = new Analysed(look.alerts());
        for (Evidence.Found found : look.found()) {
            try {
                var one = new Analysed(look.alerts());
                QuarkusTransaction.requiringNew().run(() -> {
                    if (investigations.hold(it.tenant(), it.id())) {
                        judge(it, look, found, one);
                    }
                });
                analysed.malicious().addAll(one.malicious());
                analysed.cleared().addAll(one.cleared());
            } catch (RuntimeException failed) {
                Log.warnf(failed, "An entity could not be examined: investigation=%d kind=%s", it.id(), found.kind());
                QuarkusTransaction.requiringNew().run(() -> entities.fail(look.subject(), found, reason(failed)));
            }
        }
        return Optional.of(analysed);
    }

    /// Withdraws what the look has left, some a transaction. Until it is over nothing may be carried out: it would be
    /// something whose reason is gone.
    void withdraw(InvestigationRepository.Due it, Analysed analysed) {
        for (Cleared one : analysed.cleared()) {
            boolean more;
            do {
                more = QuarkusTransaction.requiringNew()
                        .call(() -> investigations.renew(it.tenant(), it.id(), config.step())
                                && proposals.withdraw(it, one.found(), one.verdict()));
            } while (more);
        }
    }

    private static String reason(RuntimeException failed) {
        String said = String.valueOf(failed.getMessage()).replace("\0", "");
        String reason = "It could not be examined: " + said;
        return reason.substring(0, Math.min(LONGEST_REASON, reason.length()));
    }

    private Look look(InvestigationRepository.Due it) {
        Optional<Integer> alerts = investigations.begin(it.tenant(), it.id());
        if (alerts.isEmpty()) {
            return null; // it has ended meanwhile
        }
        Optional<MachineView> known = machines.find(automation(it.tenant()), it.machineId());
        if (known.isEmpty()) {
            giveUp(it, "The machine is not known any more");
            return null;
        }
        MachineView machine = known.get();
        var subject = new Evidence.Subject(it.tenant(), it.id(), it.wholeMachine(), it.machineId());
        List<Evidence.Found> all = evidence.of(subject);
        entities.missed(subject, all);
        Set<List<String>> givenUp = entities.givenUp(subject);
        List<Evidence.Found> found = all.stream()
                .filter(one -> !givenUp.contains(List.of(one.kind(), one.value())))
                .toList();
        return new Look(
                subject,
                alerts.get(),
                machine,
                groups.automationOf(it.tenant(), machine.rbacGroupId()),
                policies.of(it.tenant()),
                ParentChain.of(found, evidence.ancestors(subject)));
    }

    private void judge(InvestigationRepository.Due it, Look look, Evidence.Found found, Analysed analysed) {
        Verdict verdict = Verdict.of(found.facts());
        entities.keep(look.subject(), found, verdict);
        if (verdict.kind() == Verdict.Kind.NoThreatsFound) {
            if (proposals.withdraw(it, found, verdict)) {
                analysed.cleared().add(new Cleared(found, verdict));
            }
            return;
        }
        if (found.isProgram()) {
            proposeAll(it, look, found, verdict);
        }
        if (!found.canBeQuarantined()) {
            block(it, found, verdict, look.level(), look.policy());
            return;
        }
        if (verdict.kind() == Verdict.Kind.Malicious) {
            share(it, found, verdict, look.policy());
            analysed.malicious().add(new Widening.Spread(found, verdict));
        }
    }

    /// What is to be done on the machine itself. A trace goes by the folder of the file that left it and by that of
    /// what it starts; where a name alone speaks for it, a person decides.
    private void proposeAll(InvestigationRepository.Due it, Look look, Evidence.Found found, Verdict verdict) {
        Automation decision = Automation.of(look.level(), verdict.kind(), Folder.strictest(found.paths()));
        if (decision == Automation.NOTHING) {
            return;
        }
        boolean automatic = decision == Automation.ACT;
        var all = new ArrayList<Proposal>();
        if (found.canBeQuarantined()) {
            all.add(Proposal.about(RemediationKind.QuarantineFile, it.machineId(), found, verdict, automatic));
        } else if (Folder.strictest(found.paths()) == Folder.CORE) {
            automatic = false; // it may well be signed: nobody could look
        }
        for (Traces.Trace trace : traces.of(look.subject(), found)) {
            var reasons = new ArrayList<String>();
            reasons.add((trace.certain() ? "It belongs to " : "It names a file of the same name as ")
                    + found.value()
                    + (found.path() == null ? "" : ", " + found.path()));
            reasons.addAll(verdict.reasons());
            boolean alone = trace.certain()
                    && Automation.of(look.level(), verdict.kind(), Folder.of(trace.image())) == Automation.ACT;
            all.add(new Proposal(
                    trace.kind(),
                    it.machineId(),
                    trace.target(),
                    found.path(),
                    trace.details(),
                    new Verdict(verdict.kind(), reasons),
                    automatic && alone));
        }
        proposals.propose(it, all);
    }

    /// An indicator reaches every endpoint. So a person decides, unless the policy shares verdicts, the level is full
    /// and the fleet smaller than what is widened to without a person, or it is blocked already.
    private void block(
            InvestigationRepository.Due it,
            Evidence.Found found,
            Verdict verdict,
            AutomationLevel level,
            RemediationPolicy policy) {
        Optional<Blockable> blockable = Blockable.of(found);
        boolean full = level == AutomationLevel.FullRemediateThreatsAutomatically;
        boolean blocked = found.facts().isBlocked() && !found.limited();
        boolean onAll = !found.limited()
                && (policy.shareVerdicts() || blocked || (full && found.facts().fleet() < Widening.MANY));
        Automation decision = Automation.ofFleet(level, verdict.kind(), onAll);
        if (blockable.isEmpty() || decision == Automation.NOTHING) {
            return;
        }
        proposals.propose(
                it,
                List.of(new Proposal(
                        RemediationKind.BlockIndicator,
                        it.machineId(),
                        found.value(),
                        found.path(),
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("indicatorType", blockable.get().type())
                                .put("indicatorValue", blockable.get().value()),
                        found.isFile() ? unquarantined(verdict) : verdict,
                        decision == Automation.ACT)));
    }

    /// Agents are told files by their SHA-1, and nobody told it.
    private static Verdict unquarantined(Verdict verdict) {
        var reasons = new ArrayList<String>();
        reasons.add(
                "Nobody told its SHA-1, by which agents quarantine: an indicator of its SHA-256 blocks it everywhere");
        reasons.addAll(verdict.reasons());
        return new Verdict(verdict.kind(), reasons);
    }

    /// Tells every endpoint, and whoever has the file later, by an indicator that expires.
    private void share(
            InvestigationRepository.Due it, Evidence.Found found, Verdict verdict, RemediationPolicy policy) {
        boolean ours = !found.facts().isAllowed() && !found.facts().isBlocked();
        if (policy.shareVerdicts() && ours && entities.share(it.tenant(), it.id(), found)) {
            outbox.add(
                    it.tenant(),
                    VerdictDelivery.DESTINATION,
                    VerdictDelivery.KIND,
                    it.id() + "/" + found.value(),
                    VerdictDelivery.payload(it.id(), found, verdict, policy.shareDays()));
        }
    }

    private void giveUp(InvestigationRepository.Due it, String why) {
        if (investigations.terminate(it.tenant(), it.id(), why, WireTime.now())) {
            audit.record(
                    it.tenant(),
                    ACTOR,
                    "investigation.end",
                    Long.toString(it.id()),
                    Map.of("state", InvestigationState.TerminatedBySystem.name(), "reason", why));
            meters.ended(InvestigationState.TerminatedBySystem, 1);
        }
    }

    /// Takes over what became of actions and of time, and says how the investigation stands.
    ///
    /// @param more whether other machines are still to be looked at
    @Transactional
    void settle(InvestigationRepository.Due it, int alerts, boolean more) {
        WireTime now = WireTime.now();
        investigations.hold(it.tenant(), it.id()); // before its remediations, as everywhere
        work.end(it.tenant(), remediations.ended(it.tenant(), it.id(), ENDED));
        InvestigationState next =
                state(remediations.statuses(it.tenant(), it.id()), entities.isLeftOver(it.tenant(), it.id()));
        if (next == InvestigationState.Benign && !it.isManual() && entities.isEmpty(it.tenant(), it.id())) {
            next = InvestigationState.UnsupportedAlertType;
        }
        InvestigationEntities.Unexamined unexamined = entities.unexamined(it.tenant(), it.id());
        String details = unexamined.all() == 0
                ? null
                : unexamined.all() + " entities could not be examined; " + unexamined.why();
        if ((unexamined.again() > 0 || more) && InvestigationState.isFinal(next)) {
            next = InvestigationState.Running; // until it was tried often enough, and everywhere
        }
        boolean ends = InvestigationState.isFinal(next);
        if (investigations.move(it.tenant(), it.id(), next, alerts, ends ? details : null, now) && ends) {
            audit.record(it.tenant(), ACTOR, "investigation.end", Long.toString(it.id()), Map.of("state", next.name()));
            meters.ended(next, 1);
        }
    }

    /// That a step failed. The next is taken later each time; after some there is none.
    @Transactional
    void failed(InvestigationRepository.Due it, RuntimeException failure) {
        String why =
                "An analyser failed: " + String.valueOf(failure.getMessage()).replace("\0", "");
        String details = why.substring(0, Math.min(LONGEST_REASON, why.length()));
        if (investigations.fail(it.tenant(), it.id(), FAILURES, details, WireTime.now())) {
            audit.record(
                    it.tenant(),
                    ACTOR,
                    "investigation.end",
                    Long.toString(it.id()),
                    Map.of("state", InvestigationState.Failed.name(), "reason", details));
            meters.ended(InvestigationState.Failed, 1);
        }
    }

    /// Contract 40 §4, of what was found and done.
    ///
    /// @param statuses of its remediations, and how many have each
    /// @param leftOver whether something bad was found that nothing can be done about by itself
    static InvestigationState state(Map<String, Integer> statuses, boolean leftOver) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        statuses.forEach((status, count) -> counts.merge(ofInvestigation(status), count, Integer::sum));
        counts.remove("Withdrawn");
        if (counts.containsKey("Pending")) {
            return InvestigationState.PendingApproval;
        }
        if (counts.containsKey("Running")) {
            return InvestigationState.PendingResource;
        }
        if (counts.containsKey("Approved")) {
            return InvestigationState.Running;
        }
        boolean done = counts.containsKey("Succeeded");
        boolean undone = counts.size() > (done ? 1 : 0);
        if (done) {
            return undone || leftOver
                    ? InvestigationState.PartiallyRemediated
                    : InvestigationState.SuccessfullyRemediated;
        }
        return undone || leftOver ? InvestigationState.PartiallyInvestigated : InvestigationState.Benign;
    }

    /// One that a person takes back has been carried out.
    private static String ofInvestigation(String status) {
        return switch (status) {
            case "Undoing", "Undone" -> "Succeeded";
            default -> status;
        };
    }

    static Caller automation(UUID tenant) {
        return new Caller(tenant, ACTOR, ACTOR, false, Set.of(), Set.of());
    }
}

package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.outbox.Outbox;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.devicegroup.AutomationLevel;
import io.tocsin.response.devicegroup.DeviceGroupService;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.response.machine.Platform;
import io.tocsin.wire.ProblemException;
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
import java.util.stream.Collectors;

/// Takes an investigation one step on, each step a transaction: whoever dies in one has done nothing, and the next
/// who comes does it (docs/adr/040). Steps are repeated as long as it is open, so that alerts which join are looked
/// at.
@ApplicationScoped
class Investigator {

    static final String ACTOR = "Automation";

    /// From so many other machines on a person decides whether they are worked on too.
    private static final int MANY = 10;

    /// So often in a row a step may fail, each try later than the one before: over an hour.
    private static final int FAILURES = 10;

    private static final int LONGEST_REASON = 1_000;

    private final InvestigationRepository investigations;
    private final RemediationRepository remediations;
    private final RemediationPolicyRepository policies;
    private final Evidence evidence;
    private final SharedVerdicts shared;
    private final InvestigationConfig config;
    private final MachineService machines;
    private final DeviceGroupService groups;
    private final ActionService actions;
    private final Outbox outbox;
    private final InvestigationMeters meters;
    private final Audit audit;

    Investigator(
            InvestigationRepository investigations,
            RemediationRepository remediations,
            RemediationPolicyRepository policies,
            Evidence evidence,
            SharedVerdicts shared,
            InvestigationConfig config,
            MachineService machines,
            DeviceGroupService groups,
            ActionService actions,
            Outbox outbox,
            InvestigationMeters meters,
            Audit audit) {
        this.investigations = investigations;
        this.remediations = remediations;
        this.policies = policies;
        this.evidence = evidence;
        this.shared = shared;
        this.config = config;
        this.machines = machines;
        this.groups = groups;
        this.actions = actions;
        this.outbox = outbox;
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

    /// Looks at the evidence, and proposes what is to be done about what is bad.
    ///
    /// @return how many alerts had joined when it was looked at; none when it is over
    @Transactional
    Optional<Integer> analyse(InvestigationRepository.Due it) {
        Look look = look(it);
        if (look == null) {
            return Optional.empty();
        }
        look.found().forEach(found -> judge(it, look, found));
        return Optional.of(look.alerts());
    }

    /// The same, after it failed: each entity in a transaction of its own, so that one that cannot be examined holds up
    /// no other (docs/adr/079).
    Optional<Integer> analyseEach(InvestigationRepository.Due it) {
        Look look = QuarkusTransaction.requiringNew().call(() -> look(it));
        if (look == null) {
            return Optional.empty();
        }
        for (Evidence.Found found : look.found()) {
            try {
                QuarkusTransaction.requiringNew().run(() -> {
                    if (investigations.hold(it.tenant(), it.id())) {
                        judge(it, look, found);
                    }
                });
            } catch (RuntimeException failed) {
                Log.warnf(failed, "An entity could not be examined: investigation=%d kind=%s", it.id(), found.kind());
                QuarkusTransaction.requiringNew().run(() -> evidence.fail(look.subject(), found, reason(failed)));
            }
        }
        return Optional.of(look.alerts());
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
        evidence.missed(subject, all);
        Set<List<String>> givenUp = evidence.givenUp(subject);
        List<Evidence.Found> found = all.stream()
                .filter(one -> !givenUp.contains(List.of(one.kind(), one.value())))
                .toList();
        return new Look(
                subject,
                alerts.get(),
                machine,
                groups.automationOf(it.tenant(), machine.rbacGroupId()),
                policies.of(it.tenant()),
                withAncestry(found, evidence.ancestors(subject)));
    }

    /// Each file with what started its processes. What a malicious file started is looked at again, until there is
    /// nothing new to be told.
    static List<Evidence.Found> withAncestry(List<Evidence.Found> all, List<Evidence.Ancestor> ancestors) {
        Map<String, List<Evidence.Ancestor>> of =
                ancestors.stream().collect(Collectors.groupingBy(Evidence.Ancestor::child));
        var found = new ArrayList<Evidence.Found>();
        for (Evidence.Found one : all) {
            List<Evidence.Ancestor> own = one.isProgram() ? of.getOrDefault(one.value(), List.of()) : List.of();
            Set<String> names = own.stream().map(Evidence.Ancestor::name).collect(Collectors.toSet());
            String bad = own.stream()
                    .filter(Evidence.Ancestor::blocked)
                    .filter(it -> !one.value().equals(it.file()))
                    .map(Evidence.Ancestor::name)
                    .sorted()
                    .findFirst()
                    .orElse(null);
            found.add(one.with(one.facts().with(Ancestry.of(names, bad))));
        }
        for (int changed = 1; changed > 0; ) {
            Set<String> malicious = found.stream()
                    .filter(it -> it.isProgram() && Verdict.of(it.facts()).kind() == Verdict.Kind.Malicious)
                    .map(Evidence.Found::value)
                    .collect(Collectors.toSet());
            changed = 0;
            for (int i = 0; i < found.size(); i++) {
                Evidence.Found one = found.get(i);
                Optional<String> bad = one.facts().ancestry().bad() != null
                        ? Optional.empty()
                        : of.getOrDefault(one.value(), List.of()).stream()
                                .filter(it -> it.file() != null && malicious.contains(it.file()))
                                .filter(it -> !one.value().equals(it.file()))
                                .map(Evidence.Ancestor::name)
                                .sorted()
                                .findFirst();
                if (one.isProgram() && bad.isPresent()) {
                    found.set(
                            i, one.with(one.facts().with(one.facts().ancestry().startedBy(bad.get()))));
                    changed++;
                }
            }
        }
        return List.copyOf(found);
    }

    private void judge(InvestigationRepository.Due it, Look look, Evidence.Found found) {
        Verdict verdict = Verdict.of(found.facts());
        evidence.keep(look.subject(), found, verdict);
        if (verdict.kind() == Verdict.Kind.NoThreatsFound) {
            withdraw(it, found, verdict);
            return;
        }
        if (!found.isProgram()) {
            block(it, found, verdict, look.level(), look.policy());
            return;
        }
        proposeAll(it, look, found, verdict);
        if (found.isFile() && verdict.kind() == Verdict.Kind.Malicious) {
            widen(it, found, verdict, look.policy());
            share(it, found, verdict, look.policy());
        }
    }

    /// An indicator allows it meanwhile, or it turned out to be everywhere.
    private void withdraw(InvestigationRepository.Due it, Evidence.Found found, Verdict verdict) {
        String why = String.join("; ", verdict.reasons());
        remediations
                .withdraw(it.tenant(), it.id(), found.value(), why, WireTime.now())
                .forEach(id ->
                        audit.record(it.tenant(), ACTOR, "remediation.withdraw", id.toString(), Map.of("reason", why)));
    }

    /// What is to be done on the machine itself. A trace goes by the folder of the file that left it and by that of
    /// what it starts; where a name alone speaks for it, a person decides.
    private void proposeAll(InvestigationRepository.Due it, Look look, Evidence.Found found, Verdict verdict) {
        Automation decision = Automation.of(look.level(), verdict.kind(), Folder.strictest(found.paths()));
        if (decision == Automation.NOTHING) {
            return;
        }
        boolean automatic = decision == Automation.ACT;
        if (found.isFile()) {
            propose(it, file(RemediationKind.QuarantineFile, it.machineId(), found, verdict, automatic));
        } else if (Folder.strictest(found.paths()) == Folder.CORE) {
            automatic = false; // it may well be signed: nobody could look
        }
        for (Evidence.Trace trace : evidence.traces(look.subject(), found)) {
            var reasons = new ArrayList<String>();
            reasons.add((trace.certain() ? "It belongs to " : "It names a file of the same name as ")
                    + found.value()
                    + (found.path() == null ? "" : ", " + found.path()));
            reasons.addAll(verdict.reasons());
            boolean alone = trace.certain()
                    && Automation.of(look.level(), verdict.kind(), Folder.of(trace.image())) == Automation.ACT;
            propose(
                    it,
                    new Proposal(
                            trace.kind(),
                            it.machineId(),
                            trace.target(),
                            found.path(),
                            trace.details(),
                            new Verdict(verdict.kind(), reasons),
                            automatic && alone));
        }
    }

    private static Proposal file(
            RemediationKind kind, String machine, Evidence.Found found, Verdict verdict, boolean automatic) {
        return new Proposal(
                kind,
                machine,
                found.value(),
                found.path(),
                JsonNodeFactory.instance.objectNode().put("sha1", found.value()),
                verdict,
                automatic);
    }

    /// To the other machines that have the file (contract 40 §3). From ten on a person decides: once for all of them,
    /// or,
    /// where the verdict is shared, on each.
    private void widen(
            InvestigationRepository.Due it, Evidence.Found found, Verdict verdict, RemediationPolicy policy) {
        List<String> others = evidence.elsewhere(it.tenant(), found.value(), it.machineId());
        if (others.size() < MANY) {
            proposeOn(it, others, found, verdict, false);
        } else if (policy.shareVerdicts()) {
            proposeOn(it, others, found, verdict, true);
        } else {
            propose(it, file(RemediationKind.WidenScope, it.machineId(), found, verdict, false));
        }
    }

    private void proposeOn(
            InvestigationRepository.Due it,
            List<String> others,
            Evidence.Found found,
            Verdict verdict,
            boolean alwaysAsk) {
        Caller automation = automation(it.tenant());
        Set<String> known = remediations.of(it.tenant(), it.id()).stream()
                .filter(remediation -> remediation.kind().equals(RemediationKind.QuarantineFile.name())
                        && remediation.target().equals(found.value()))
                .map(RemediationView::machineId)
                .collect(Collectors.toSet());
        for (String other : others) {
            Optional<MachineView> machine = known.contains(other) ? Optional.empty() : machines.find(automation, other);
            if (machine.isEmpty() || Platform.of(machine.get()).investigated().isPresent()) {
                continue;
            }
            Verdict there = there(it.tenant(), other, found, verdict);
            AutomationLevel level =
                    groups.automationOf(it.tenant(), machine.get().rbacGroupId());
            Automation decision = Automation.of(level, there.kind(), Folder.strictest(found.paths()));
            if (there.kind() == Verdict.Kind.Malicious && decision != Automation.NOTHING) {
                propose(
                        it,
                        file(
                                RemediationKind.QuarantineFile,
                                other,
                                found,
                                there,
                                decision == Automation.ACT && !alwaysAsk));
            }
        }
    }

    /// The verdict on another machine: an indicator of a device group says nothing outside of it (contract 50 §6).
    private Verdict there(UUID tenant, String machine, Evidence.Found found, Verdict here) {
        String action = evidence.ruling(tenant, found, machine)
                .map(Evidence.Ruling::action)
                .orElse(null);
        if (found.facts() == null) { // the alerts that spoke against it are gone
            return "Allowed".equals(action)
                    ? new Verdict(Verdict.Kind.NoThreatsFound, List.of("An indicator allows it"))
                    : here;
        }
        return Verdict.of(found.facts().by(action));
    }

    /// An indicator reaches every endpoint. So a person decides, unless the policy shares verdicts, the level is full
    /// and
    /// the fleet smaller than what is widened to without a person, or it is blocked already.
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
                && (policy.shareVerdicts() || blocked || (full && found.facts().fleet() < MANY));
        Automation decision = Automation.ofFleet(level, verdict.kind(), onAll);
        if (blockable.isEmpty() || decision == Automation.NOTHING) {
            return;
        }
        propose(
                it,
                new Proposal(
                        RemediationKind.BlockIndicator,
                        it.machineId(),
                        found.value(),
                        null,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("indicatorType", blockable.get().type())
                                .put("indicatorValue", blockable.get().value()),
                        verdict,
                        decision == Automation.ACT));
    }

    /// Tells every endpoint, and whoever has the file later, by an indicator that expires.
    private void share(
            InvestigationRepository.Due it, Evidence.Found found, Verdict verdict, RemediationPolicy policy) {
        boolean ours = !found.facts().isAllowed() && !found.facts().isBlocked();
        if (policy.shareVerdicts() && ours && evidence.share(it.tenant(), it.id(), found)) {
            outbox.add(
                    it.tenant(),
                    VerdictDelivery.DESTINATION,
                    VerdictDelivery.KIND,
                    it.id() + "/" + found.value(),
                    VerdictDelivery.payload(it.id(), found, verdict, policy.shareDays()));
        }
    }

    private void propose(InvestigationRepository.Due it, Proposal proposal) {
        Optional<UUID> proposed =
                remediations.propose(it.tenant(), UUID.randomUUID(), it.id(), proposal, WireTime.now());
        if (proposed.isEmpty()) {
            return;
        }
        remediations.forgetApprovals(it.tenant(), proposed.get());
        investigations.extend(it.tenant(), it.id(), config.deadline());
        audit.record(
                it.tenant(),
                ACTOR,
                "remediation.propose",
                proposed.get().toString(),
                Map.of(
                        "investigationId", it.id(),
                        "machineId", proposal.machineId(),
                        "kind", proposal.kind().name(),
                        "target", proposal.target(),
                        "verdict", proposal.verdict().kind().name(),
                        "reasons", proposal.verdict().reasons(),
                        "automatic", proposal.automatic()));
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

    /// Makes the machine action of an approved remediation; both or neither.
    @Transactional
    void run(InvestigationRepository.Due it, RemediationView remediation) {
        RemediationKind kind = RemediationKind.valueOf(remediation.kind());
        if (kind == RemediationKind.WidenScope) {
            widenApproved(it, remediation);
            return;
        }
        if (kind == RemediationKind.BlockIndicator) {
            blockApproved(it, remediation);
            return;
        }
        String action = submit(it.tenant(), remediation, kind.action().get(), null);
        if (!remediations.run(
                it.tenant(), UUID.fromString(remediation.id()), UUID.fromString(action), WireTime.now())) {
            throw new IllegalStateException("somebody else made its action"); // and this one is undone
        }
    }

    private void blockApproved(InvestigationRepository.Due it, RemediationView remediation) {
        int days = policies.of(it.tenant()).shareDays();
        if (!remediations.run(it.tenant(), UUID.fromString(remediation.id()), null, WireTime.now())) {
            throw new IllegalStateException("somebody else has it blocked");
        }
        outbox.add(
                it.tenant(),
                VerdictDelivery.DESTINATION,
                NetworkBlocks.BLOCK,
                remediation.id(),
                NetworkBlocks.payload(days));
    }

    private void widenApproved(InvestigationRepository.Due it, RemediationView remediation) {
        investigations.hold(it.tenant(), it.id()); // before its remediations, as everywhere
        List<String> others = evidence.elsewhere(it.tenant(), remediation.target(), it.machineId());
        var subject = new Evidence.Subject(it.tenant(), it.id(), it.wholeMachine(), it.machineId());
        Evidence.Found found = withAncestry(evidence.of(subject), evidence.ancestors(subject)).stream()
                .filter(one -> one.isFile() && one.value().equals(remediation.target()))
                .findFirst()
                .orElseGet(() -> new Evidence.Found(
                        "File",
                        remediation.target(),
                        null,
                        remediation.path(),
                        null,
                        remediation.path() == null ? List.of() : List.of(remediation.path()),
                        false,
                        null));
        var verdict = new Verdict(Verdict.Kind.valueOf(remediation.verdict()), remediation.reasons());
        proposeOn(it, others, found, verdict, false);
        if (!remediations.end(
                it.tenant(),
                UUID.fromString(remediation.id()),
                "Approved",
                "Succeeded",
                "Widened to " + others.size() + " machines",
                WireTime.now())) {
            throw new IllegalStateException("somebody else widened it");
        }
    }

    /// @param undoes the machine action that is to be taken back, or null
    private String submit(UUID tenant, RemediationView remediation, ActionKind kind, String undoes) {
        Caller automation = automation(tenant);
        MachineView machine = machines.get(automation, remediation.machineId());
        String why = "Investigation " + remediation.investigationId() + ": "
                + (undoes == null ? String.join("; ", remediation.reasons()) : remediation.undoComment());
        boolean ofPartnerApi = kind == ActionKind.StopAndQuarantineFile;
        var request = new ActionRequest(
                why.substring(0, Math.min(4000, why.length())),
                null,
                null,
                ofPartnerApi ? remediation.target() : null,
                remediation.id(),
                null);
        JsonNode target = ofPartnerApi
                ? null
                : remediation
                        .details()
                        .<ObjectNode>deepCopy()
                        .put("name", remediation.target())
                        .put("undoes", undoes);
        return actions.submit(automation, kind, machine, request, target).id();
    }

    /// Makes the machine action that takes a remediation back; both or neither.
    @Transactional
    void undo(UUID tenant, UUID id) {
        Optional<RemediationView> found = remediations
                .lock(tenant, DeviceScope.EVERYTHING, id)
                .filter(it -> it.status().equals("Undoing") && it.undoActionId() == null);
        if (found.isEmpty()) {
            return;
        }
        RemediationView it = found.get();
        if (it.kind().equals(RemediationKind.BlockIndicator.name())) {
            outbox.add(
                    tenant,
                    VerdictDelivery.DESTINATION,
                    NetworkBlocks.UNBLOCK,
                    it.id(),
                    JsonNodeFactory.instance.objectNode());
            return;
        }
        ActionKind undo = RemediationKind.valueOf(it.kind()).undo().orElseThrow();
        remediations.undo(tenant, id, UUID.fromString(submit(tenant, it, undo, it.actionId())), WireTime.now());
    }

    /// What became of the attempt to take one back; without a reason it is undone.
    @Transactional
    void undone(UUID tenant, UUID id, String reason) {
        String status = reason == null ? "Undone" : "Succeeded";
        if (remediations.end(tenant, id, "Undoing", status, reason, WireTime.now())) {
            audit.record(
                    tenant,
                    ACTOR,
                    reason == null ? "remediation.undone" : "remediation.undo-fail",
                    id.toString(),
                    reason == null ? Map.of() : Map.of("reason", reason));
            if (reason == null) {
                remediations.find(tenant, DeviceScope.EVERYTHING, id).ifPresent(it -> shared.takeBack(tenant, it));
            }
        }
    }

    /// What became of one that ran when its investigation ended.
    @Transactional
    void ended(UUID tenant, UUID id, String actionStatus, String message) {
        end(tenant, new RemediationRepository.Ended(id, actionStatus, message), WireTime.now());
    }

    /// What could not be told to indicator-service: a block fails, one that was to be taken back still stands.
    @Transactional
    void unheard(UUID tenant, UUID id, boolean undoing, String reason) {
        if (undoing) {
            undone(tenant, id, reason);
        } else if (remediations.end(tenant, id, "Running", "Failed", reason, WireTime.now())) {
            audit.record(tenant, ACTOR, "remediation.end", id.toString(), Map.of("status", "Failed", "reason", reason));
        }
    }

    private void end(UUID tenant, RemediationRepository.Ended ended, WireTime now) {
        String status = ended.actionStatus().equals("Succeeded") ? "Succeeded" : "Failed";
        String details = status.equals("Failed")
                ? said("The machine action ended as " + ended.actionStatus(), ended.message())
                : null;
        if (remediations.end(tenant, ended.remediation(), "Running", status, details, now)) {
            audit.record(tenant, ACTOR, "remediation.end", ended.remediation().toString(), Map.of("status", status));
        }
    }

    /// With what the machine's agent says of it.
    static String said(String what, String message) {
        String said = message == null || message.isBlank() ? what : what + ": " + message;
        return said.substring(0, Math.min(LONGEST_REASON, said.length()));
    }

    /// Ends what waited too long for a person, or for an investigation that has ended.
    @Transactional
    int expire(int most) {
        List<RemediationRepository.Lapsed> lapsed = remediations.expire(WireTime.now(), most);
        lapsed.forEach(it -> audit.record(
                it.tenant(), ACTOR, "remediation.expire", it.remediation().toString(), Map.of()));
        return lapsed.size();
    }

    /// What the attempt to make an action ended in.
    ///
    /// @return whether it is over, rather than to be tried again
    @Transactional
    boolean refused(InvestigationRepository.Due it, RemediationView remediation, ProblemException refusal) {
        boolean forGood = refusal.type() != ResponseProblem.ACTIVE_REQUEST_EXISTS;
        if (forGood
                && remediations.end(
                        it.tenant(),
                        UUID.fromString(remediation.id()),
                        "Approved",
                        "Failed",
                        refusal.getMessage(),
                        WireTime.now())) {
            audit.record(
                    it.tenant(), ACTOR, "remediation.fail", remediation.id(), Map.of("reason", refusal.getMessage()));
        }
        return forGood;
    }

    /// Takes over what became of actions and of time, and says how the investigation stands.
    @Transactional
    void settle(InvestigationRepository.Due it, int alerts) {
        WireTime now = WireTime.now();
        remediations.ended(it.tenant(), it.id()).forEach(ended -> end(it.tenant(), ended, now));
        InvestigationState next =
                state(remediations.of(it.tenant(), it.id()), evidence.isLeftOver(it.tenant(), it.id()));
        if (next == InvestigationState.Benign && !it.isManual() && evidence.isEmpty(it.tenant(), it.id())) {
            next = InvestigationState.UnsupportedAlertType;
        }
        Evidence.Unexamined unexamined = evidence.unexamined(it.tenant(), it.id());
        String details = unexamined.all() == 0
                ? null
                : unexamined.all() + " entities could not be examined; " + unexamined.why();
        if (unexamined.again() > 0 && InvestigationState.isFinal(next)) {
            next = InvestigationState.Running; // until it was tried often enough
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
    /// @param leftOver whether something bad was found that nothing can be done about by itself
    static InvestigationState state(List<RemediationView> all, boolean leftOver) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        all.stream()
                .filter(it -> !it.status().equals("Withdrawn"))
                .forEach(it -> counts.merge(ofInvestigation(it.status()), 1, Integer::sum));
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

    private static Caller automation(UUID tenant) {
        return new Caller(tenant, ACTOR, ACTOR, false, Set.of(), Set.of());
    }
}

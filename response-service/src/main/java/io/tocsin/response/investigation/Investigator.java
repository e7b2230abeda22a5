package io.tocsin.response.investigation;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.devicegroup.AutomationLevel;
import io.tocsin.response.devicegroup.DeviceGroupService;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Takes an investigation one step on, each step a transaction: whoever dies in one has done nothing, and the next
/// who comes does it (docs/adr/040). Steps are repeated as long as it is open, so that alerts which join are looked
/// at.
@ApplicationScoped
class Investigator {

    static final String ACTOR = "Automation";

    private final InvestigationRepository investigations;
    private final RemediationRepository remediations;
    private final Evidence evidence;
    private final MachineService machines;
    private final DeviceGroupService groups;
    private final ActionService actions;
    private final InvestigationMeters meters;
    private final Audit audit;

    Investigator(
            InvestigationRepository investigations,
            RemediationRepository remediations,
            Evidence evidence,
            MachineService machines,
            DeviceGroupService groups,
            ActionService actions,
            InvestigationMeters meters,
            Audit audit) {
        this.investigations = investigations;
        this.remediations = remediations;
        this.evidence = evidence;
        this.machines = machines;
        this.groups = groups;
        this.actions = actions;
        this.meters = meters;
        this.audit = audit;
    }

    /// Looks at the evidence, and proposes what is to be done about what is bad.
    @Transactional
    void analyse(InvestigationRepository.Due it) {
        if (!investigations.begin(it.tenant(), it.id())) {
            return; // it has ended meanwhile
        }
        MachineView machine = machines.get(automation(it.tenant()), it.machineId());
        AutomationLevel level = groups.automationOf(it.tenant(), machine.rbacGroupId());
        for (Evidence.Found found : evidence.of(it.tenant(), it.id(), it.isManual(), it.machineId())) {
            Verdict verdict = Verdict.of(found.facts());
            evidence.keep(it.tenant(), it.id(), found, verdict);
            if (found.kind().equals("File")) {
                propose(it, found, verdict, level);
            }
        }
    }

    private void propose(InvestigationRepository.Due it, Evidence.Found found, Verdict verdict, AutomationLevel level) {
        Automation decision = Automation.of(level, verdict.kind(), Folder.of(found.path()));
        if (decision == Automation.NOTHING) {
            return;
        }
        UUID id = UUID.randomUUID();
        boolean made = remediations.propose(
                it.tenant(),
                id,
                it.id(),
                it.machineId(),
                found.value(),
                found.path(),
                verdict,
                decision == Automation.ACT,
                WireTime.now());
        if (made) {
            audit.record(
                    it.tenant(),
                    ACTOR,
                    "remediation.propose",
                    id.toString(),
                    Map.of(
                            "investigationId", it.id(),
                            "target", found.value(),
                            "verdict", verdict.kind().name(),
                            "reasons", verdict.reasons(),
                            "level", level.name(),
                            "automatic", decision == Automation.ACT));
        }
    }

    /// Makes the machine action of an approved remediation; both or neither.
    @Transactional
    void run(InvestigationRepository.Due it, RemediationView remediation) {
        Caller automation = automation(it.tenant());
        MachineView machine = machines.get(automation, it.machineId());
        String why = "Investigation " + it.id() + ": " + String.join("; ", remediation.reasons());
        var request = new ActionRequest(
                why.substring(0, Math.min(4000, why.length())),
                null,
                null,
                remediation.target(),
                remediation.id(),
                null);
        String action = actions.submit(automation, ActionKind.StopAndQuarantineFile, machine, request)
                .id();
        if (!remediations.run(
                it.tenant(), UUID.fromString(remediation.id()), UUID.fromString(action), WireTime.now())) {
            throw new IllegalStateException("somebody else made its action"); // and this one is undone
        }
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
    void settle(InvestigationRepository.Due it) {
        WireTime now = WireTime.now();
        remediations.ended(it.tenant(), it.id()).forEach(ended -> {
            String status = ended.actionStatus().equals("Succeeded") ? "Succeeded" : "Failed";
            if (remediations.end(
                    it.tenant(),
                    ended.remediation(),
                    "Running",
                    status,
                    status.equals("Failed") ? "The machine action ended as " + ended.actionStatus() : null,
                    now)) {
                audit.record(
                        it.tenant(),
                        ACTOR,
                        "remediation.end",
                        ended.remediation().toString(),
                        Map.of("status", status));
            }
        });
        remediations
                .expire(it.tenant(), it.id(), now)
                .forEach(id -> audit.record(it.tenant(), ACTOR, "remediation.expire", id.toString(), Map.of()));
        InvestigationState next =
                state(remediations.of(it.tenant(), it.id()), evidence.isLeftOver(it.tenant(), it.id()));
        if (next == InvestigationState.Benign && !it.isManual() && evidence.isEmpty(it.tenant(), it.id())) {
            next = InvestigationState.UnsupportedAlertType;
        }
        if (investigations.move(it.tenant(), it.id(), next, now) && InvestigationState.isFinal(next)) {
            audit.record(it.tenant(), ACTOR, "investigation.end", Long.toString(it.id()), Map.of("state", next.name()));
            meters.ended(next, 1);
        }
    }

    /// Contract 40 §4, of what was found and done.
    ///
    /// @param leftOver whether something bad was found that nothing can be done about by itself
    static InvestigationState state(List<RemediationView> all, boolean leftOver) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        all.forEach(it -> counts.merge(it.status(), 1, Integer::sum));
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

    private static Caller automation(UUID tenant) {
        return new Caller(tenant, ACTOR, ACTOR, false, Set.of(), Set.of());
    }
}

package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.outbox.Outbox;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Carries out what was approved and takes it back, by machine actions and indicators, and takes over what became of
/// them (docs/adr/050, 070).
@ApplicationScoped
class RemediationWork {

    private static final int LONGEST_REASON = 1_000;

    private final RemediationRepository remediations;
    private final RemediationPolicyRepository policies;
    private final SharedVerdicts shared;
    private final MachineService machines;
    private final ActionService actions;
    private final Outbox outbox;
    private final Audit audit;

    RemediationWork(
            RemediationRepository remediations,
            RemediationPolicyRepository policies,
            SharedVerdicts shared,
            MachineService machines,
            ActionService actions,
            Outbox outbox,
            Audit audit) {
        this.remediations = remediations;
        this.policies = policies;
        this.shared = shared;
        this.machines = machines;
        this.actions = actions;
        this.outbox = outbox;
        this.audit = audit;
    }

    /// Makes the machine action of an approved remediation, or has its indicator made; both or neither. Of two who
    /// come with the same one, the second does nothing.
    @Transactional
    void run(UUID tenant, UUID id) {
        Optional<RemediationView> approved = remediations
                .lock(tenant, DeviceScope.EVERYTHING, id)
                .filter(it -> it.status().equals("Approved"));
        if (approved.isEmpty()) {
            return;
        }
        RemediationView it = approved.get();
        Optional<ActionKind> kind = RemediationKind.valueOf(it.kind()).action();
        UUID action =
                kind.map(one -> UUID.fromString(submit(tenant, it, one, null))).orElse(null);
        remediations.run(tenant, id, action, WireTime.now());
        if (action == null) {
            int days = policies.of(tenant).shareDays();
            outbox.add(tenant, VerdictDelivery.DESTINATION, NetworkBlocks.BLOCK, it.id(), NetworkBlocks.payload(days));
        }
    }

    /// @param undoes the machine action that is to be taken back, or null
    private String submit(UUID tenant, RemediationView remediation, ActionKind kind, String undoes) {
        Caller automation = Investigator.automation(tenant);
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
                    Investigator.ACTOR,
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
        end(tenant, List.of(new RemediationRepository.Ended(id, actionStatus, message)));
    }

    /// What could not be told to indicator-service: a block fails, one that was to be taken back still stands.
    @Transactional
    void unheard(UUID tenant, UUID id, boolean undoing, String reason) {
        if (undoing) {
            undone(tenant, id, reason);
        } else if (remediations.end(tenant, id, "Running", "Failed", reason, WireTime.now())) {
            audit.record(
                    tenant,
                    Investigator.ACTOR,
                    "remediation.end",
                    id.toString(),
                    Map.of("status", "Failed", "reason", reason));
        }
    }

    /// What became of the machine actions that remediations run as.
    void end(UUID tenant, List<RemediationRepository.Ended> ended) {
        Map<String, RemediationRepository.Ended> known =
                ended.stream().collect(Collectors.toMap(it -> it.remediation().toString(), Function.identity()));
        audit.recordEach(
                tenant,
                Investigator.ACTOR,
                "remediation.end",
                remediations.end(tenant, ended, RemediationWork::details, WireTime.now()).stream()
                        .collect(Collectors.toMap(
                                Function.identity(),
                                id -> Map.of("status", known.get(id).status()))));
    }

    private static String details(RemediationRepository.Ended it) {
        return it.status().equals("Succeeded")
                ? null
                : said("The machine action ended as " + it.actionStatus(), it.message());
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
                it.tenant(),
                Investigator.ACTOR,
                "remediation.expire",
                it.remediation().toString(),
                Map.of()));
        return lapsed.size();
    }

    /// What the attempt to make an action ended in; where another action stands in its way, it is tried again.
    @Transactional
    void refused(UUID tenant, UUID remediation, ProblemException refusal) {
        boolean forGood = refusal.type() != ResponseProblem.ACTIVE_REQUEST_EXISTS;
        if (forGood
                && remediations.end(tenant, remediation, "Approved", "Failed", refusal.getMessage(), WireTime.now())) {
            audit.record(
                    tenant,
                    Investigator.ACTOR,
                    "remediation.fail",
                    remediation.toString(),
                    Map.of("reason", refusal.getMessage()));
        }
    }
}

package io.tocsin.response.investigation;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;

/// What people see of remediations and decide about them.
@ApplicationScoped
class Remediations {

    private static final int PAGE = 100;
    private static final String BEYOND_REACH = "It acts on machines of device groups closed to the caller";
    private static final List<String> STATUSES = List.of(
            "Pending",
            "Approved",
            "Running",
            "Succeeded",
            "Failed",
            "Rejected",
            "Expired",
            "Withdrawn",
            "Undoing",
            "Undone");

    private final RemediationRepository remediations;
    private final InvestigationRepository investigations;
    private final RemediationPolicyRepository policies;
    private final SharedVerdicts shared;
    private final DeviceScopes scopes;
    private final Audit audit;

    Remediations(
            RemediationRepository remediations,
            InvestigationRepository investigations,
            RemediationPolicyRepository policies,
            SharedVerdicts shared,
            DeviceScopes scopes,
            Audit audit) {
        this.remediations = remediations;
        this.investigations = investigations;
        this.policies = policies;
        this.shared = shared;
        this.scopes = scopes;
        this.audit = audit;
    }

    /// @throws ProblemException 400 when a parameter is none
    @Transactional
    RemediationPage list(Caller caller, String status, String investigation, String cursor) {
        String spelled = status == null ? null : spelled(status);
        Long number = investigation == null ? null : number(investigation, "investigationId");
        String[] place = cursor == null ? null : place(cursor);
        List<RemediationView> found = remediations.page(
                caller.tenant(),
                scopes.of(caller),
                spelled,
                number,
                place == null ? null : number(place[0], "cursor"),
                place == null ? null : uuid(place[1]),
                PAGE + 1);
        boolean more = found.size() > PAGE;
        List<RemediationView> page = more ? found.subList(0, PAGE) : found;
        return new RemediationPage(List.copyOf(page), more ? cursor(page.getLast()) : null);
    }

    private static String cursor(RemediationView last) {
        String text = last.createdTime().ticks() + "/" + last.id();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String[] place(String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("/", 2);
            if (parts.length == 2) {
                return parts;
            }
        } catch (IllegalArgumentException notOne) {
            // refused below
        }
        throw invalid("cursor is none of ours");
    }

    private static String spelled(String status) {
        return STATUSES.stream()
                .filter(status.strip()::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> invalid("status is none of " + STATUSES));
    }

    private static Long number(String text, String name) {
        try {
            return Long.valueOf(text.strip());
        } catch (NumberFormatException notOne) {
            throw invalid(name + " is no number");
        }
    }

    @Transactional
    RemediationView get(Caller caller, String id) {
        return remediations.find(caller.tenant(), scopes.of(caller), uuid(id)).orElseThrow(() -> notFound(id));
    }

    /// Approves or rejects what waits for it.
    ///
    /// @throws ProblemException 404; 400 when it does not wait any more or the caller has approved it; 403 when
    /// the policy wants somebody else, or it acts on machines out of the caller's reach
    @Transactional
    RemediationView decide(Caller caller, String id, boolean approve, String comment) {
        return done(attempt(caller, id, approve, comment));
    }

    /// The same of many; what is refused holds up no other.
    @Transactional
    DecisionsView decide(Caller caller, List<String> ids, boolean approve, String comment) {
        return each(caller, ids, id -> attempt(caller, id, approve, comment));
    }

    private static RemediationView done(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done done -> done.remediation();
            case Outcome.Refused refused -> throw refused.problem();
        };
    }

    /// In one order, whatever the caller's: two who decide on the same would wait for one another. Rows of
    /// investigations are locked first, so that they make the order.
    private DecisionsView each(Caller caller, List<String> ids, Function<String, Outcome> decision) {
        DeviceScope scope = scopes.of(caller);
        var order = new TreeMap<String, String>();
        for (String id : new TreeSet<>(ids)) {
            long investigation = Ids.of(id)
                    .flatMap(it -> remediations.find(caller.tenant(), scope, it))
                    .map(it -> Long.parseLong(it.investigationId()))
                    .orElse(0L);
            order.put("%019d %s".formatted(investigation, id.toLowerCase(Locale.ROOT) + " " + id), id);
        }
        var outcomes = new HashMap<String, Outcome>();
        order.values().forEach(id -> outcomes.put(id, decision.apply(id)));
        return new DecisionsView(
                ids.stream().map(id -> item(id, outcomes.get(id))).toList());
    }

    private static DecisionsView.Item item(String id, Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done done ->
                new DecisionsView.Item(id, done.remediation().status(), null);
            case Outcome.Refused refused -> {
                ProblemException problem = refused.problem();
                var error = new DecisionsView.Refusal(problem.type().code(), problem.getMessage());
                yield new DecisionsView.Item(id, null, error);
            }
        };
    }

    /// What came of a decision: a value, since one that is thrown would undo its neighbours.
    private sealed interface Outcome {
        record Done(RemediationView remediation) implements Outcome {}

        record Refused(ProblemException problem) implements Outcome {}
    }

    private Outcome attempt(Caller caller, String id, boolean approve, String comment) {
        Optional<UUID> known = Ids.of(id);
        DeviceScope scope = scopes.of(caller);
        UUID tenant = caller.tenant();
        // The investigation's row first, as its steps take them, or the two wait for each other.
        known.flatMap(it -> remediations.find(tenant, scope, it))
                .ifPresent(it -> investigations.wake(tenant, Long.parseLong(it.investigationId())));
        Optional<RemediationView> found = known.flatMap(it -> remediations.lock(tenant, scope, it));
        if (found.isEmpty()) {
            return new Outcome.Refused(notFound(id));
        }
        RemediationView before = found.get();
        WireTime now = WireTime.now();
        if (!before.status().equals("Pending") || before.expirationTime().compareTo(now) <= 0) {
            return refused(
                    ResponseProblem.REMEDIATION_DECIDED,
                    "The remediation does not wait for a decision: " + before.status());
        }
        Optional<Outcome> refusal = approve ? approval(caller, before, comment, now) : Optional.empty();
        if (refusal.isPresent()) {
            return refusal.get();
        }
        if (!approve && scope.isEverything()) {
            shared.takeBack(tenant, before);
        }
        boolean enough = !approve || before.approvals().size() + 1 >= before.approvalsNeeded();
        String status = !enough ? "Pending" : approve ? "Approved" : "Rejected";
        if (enough) {
            remediations.decide(tenant, known.get(), status, caller.name(), comment, now);
        } else {
            remediations.touch(tenant, known.get(), now);
        }
        audit.record(
                tenant,
                caller.name(),
                approve ? "remediation.approve" : "remediation.reject",
                before.id(),
                Map.of(
                        "before", Map.of("status", before.status()),
                        "after", Map.of("status", status),
                        "comment", comment));
        return new Outcome.Done(remediations.find(tenant, scope, known.get()).orElseThrow());
    }

    private Optional<Outcome> approval(Caller caller, RemediationView it, String comment, WireTime now) {
        UUID tenant = caller.tenant();
        if (RemediationKind.valueOf(it.kind()).isOfFleet() && !scopes.of(caller).isEverything()) {
            return Optional.of(refused(ResponseProblem.REMEDIATION_BEYOND_REACH, BEYOND_REACH));
        }
        boolean asked = policies.of(tenant).fourEyes()
                && remediations.isRequestor(tenant, Long.parseLong(it.investigationId()), caller.name());
        if (asked) {
            return Optional.of(refused(
                    ResponseProblem.FOUR_EYES, "Who asked for the investigation may not approve what it proposes"));
        }
        return remediations.approve(tenant, UUID.fromString(it.id()), caller.name(), comment, now)
                ? Optional.empty()
                : Optional.of(refused(
                        ResponseProblem.REMEDIATION_DECIDED, "The caller has approved it; it takes somebody else"));
    }

    private static Outcome refused(ResponseProblem type, String message) {
        return new Outcome.Refused(new ProblemException(type, message));
    }

    /// Has what was done taken back. A machine action does it, as soon as the machine's agent looks.
    ///
    /// @throws ProblemException 404; 400 when there is nothing to take back; 403 when it is beyond
    /// the caller's reach
    @Transactional
    RemediationView undo(Caller caller, String id, String comment) {
        return done(attemptUndo(caller, id, comment));
    }

    /// The same of many; what is refused holds up no other.
    @Transactional
    DecisionsView undo(Caller caller, List<String> ids, String comment) {
        return each(caller, ids, id -> attemptUndo(caller, id, comment));
    }

    private Outcome attemptUndo(Caller caller, String id, String comment) {
        UUID tenant = caller.tenant();
        DeviceScope scope = scopes.of(caller);
        Optional<RemediationView> found = Ids.of(id).flatMap(it -> remediations.find(tenant, scope, it));
        if (found.isEmpty()) {
            return new Outcome.Refused(notFound(id));
        }
        RemediationView before = found.get();
        RemediationKind kind = RemediationKind.valueOf(before.kind());
        if (!kind.isUndoable()) {
            return refused(ResponseProblem.REMEDIATION_NOT_UNDOABLE, before.kind() + " cannot be taken back");
        }
        boolean ofFleet = kind.isOfFleet() || shared.isShared(tenant, before);
        if (ofFleet && !scope.isEverything()) {
            return refused(ResponseProblem.REMEDIATION_BEYOND_REACH, BEYOND_REACH);
        }
        if (kind == RemediationKind.BlockIndicator
                && before.status().equals("Succeeded")
                && !before.details().hasNonNull("indicatorId")) {
            return refused(
                    ResponseProblem.REMEDIATION_NOT_UNDOABLE,
                    "The indicator that blocks it is not the investigation's: " + before.statusDetails());
        }
        UUID known = UUID.fromString(before.id());
        if (!remediations.wantUndone(tenant, known, caller.name(), comment, WireTime.now())) {
            return refused(
                    ResponseProblem.REMEDIATION_NOT_UNDOABLE,
                    "There is nothing to take back: the remediation is " + before.status());
        }
        audit.record(
                tenant,
                caller.name(),
                "remediation.undo",
                before.id(),
                Map.of(
                        "before", Map.of("status", before.status()),
                        "after", Map.of("status", "Undoing"),
                        "comment", comment));
        return new Outcome.Done(remediations.find(tenant, scope, known).orElseThrow());
    }

    @Transactional
    RemediationPolicy policy(UUID tenant) {
        return policies.of(tenant);
    }

    /// @throws ProblemException 403 to whom a device group is closed: it acts on every machine
    @Transactional
    RemediationPolicy put(Caller caller, RemediationPolicy wanted) {
        if (!scopes.of(caller).isEverything()) {
            throw new ProblemException(ResponseProblem.POLICY_BEYOND_REACH);
        }
        RemediationPolicy before = policies.of(caller.tenant());
        policies.put(caller.tenant(), wanted, caller.name());
        audit.record(
                caller.tenant(),
                caller.name(),
                "remediation-policy.update",
                "remediation-policy",
                Map.of("before", told(before), "after", told(wanted)));
        return policies.of(caller.tenant());
    }

    private static Map<String, Object> told(RemediationPolicy policy) {
        return Map.of(
                "fourEyes", policy.fourEyes(),
                "serverApprovals", policy.serverApprovals(),
                "shareVerdicts", policy.shareVerdicts(),
                "shareDays", policy.shareDays());
    }

    private static UUID uuid(String text) {
        return Ids.of(text).orElseThrow(() -> notFound(text));
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(ResponseProblem.REMEDIATION_NOT_FOUND, "Remediation " + id + " was not found");
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}

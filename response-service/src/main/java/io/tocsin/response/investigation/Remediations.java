package io.tocsin.response.investigation;

import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// What people see of remediations and decide about them.
@ApplicationScoped
class Remediations {

    private static final int PAGE = 100;
    private static final List<String> STATUSES =
            List.of("Pending", "Approved", "Running", "Succeeded", "Failed", "Rejected", "Expired");

    private final RemediationRepository remediations;
    private final InvestigationRepository investigations;
    private final DeviceScopes scopes;
    private final Audit audit;

    Remediations(
            RemediationRepository remediations,
            InvestigationRepository investigations,
            DeviceScopes scopes,
            Audit audit) {
        this.remediations = remediations;
        this.investigations = investigations;
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
        return remediations
                .find(caller.tenant(), scopes.of(caller), uuid(id))
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.REMEDIATION_NOT_FOUND, "Remediation " + id + " was not found"));
    }

    /// Approves or rejects what waits for it.
    ///
    /// @throws ProblemException 404, or 400 when it does not wait any more
    @Transactional
    RemediationView decide(Caller caller, String id, boolean approve, String comment) {
        RemediationView before = get(caller, id);
        String status = approve ? "Approved" : "Rejected";
        if (!remediations.decide(caller.tenant(), uuid(id), status, caller.name(), comment, WireTime.now())) {
            throw new ProblemException(
                    ResponseProblem.REMEDIATION_DECIDED,
                    "The remediation does not wait for a decision: " + before.status());
        }
        investigations.wake(caller.tenant(), Long.parseLong(before.investigationId()));
        audit.record(
                caller.tenant(),
                caller.name(),
                approve ? "remediation.approve" : "remediation.reject",
                id,
                Map.of(
                        "before", Map.of("status", before.status()),
                        "after", Map.of("status", status),
                        "target", before.target(),
                        "machineId", before.machineId(),
                        "comment", comment));
        return get(caller, id);
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notOne) {
            throw new ProblemException(ResponseProblem.REMEDIATION_NOT_FOUND, "Remediation " + text + " was not found");
        }
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}

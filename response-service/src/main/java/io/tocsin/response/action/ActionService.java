package io.tocsin.response.action;

import io.quarkus.security.ForbiddenException;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/// Submits, reads, delivers, ends and cancels machine actions.
@ApplicationScoped
public class ActionService {

    static final EntityModel MODEL = EntityModel.named("MachineActions")
            .entity(MachineActionView.class)
            .guid("id", "id")
            .enumeration(
                    "status", "status", List.of("Pending", "InProgress", "Succeeded", "Failed", "TimeOut", "Cancelled"))
            .string("machineId", "machine_id")
            .enumeration(
                    "type",
                    "type",
                    Stream.of(ActionKind.values()).map(Enum::name).toList())
            .string("requestor", "requestor")
            .time("creationDateTimeUtc", "creation_ticks")
            .required("id", "status", "machineId", "type", "requestor", "creationDateTimeUtc")
            .defaultOrder("creation_ticks desc, id desc")
            .build();

    record Page(List<MachineActionView> actions, Long count) {}

    private final ActionRepository actions;
    private final DeviceScopes scopes;
    private final ActionConfig config;
    private final Audit audit;
    private final ActionMeters meters;

    ActionService(
            ActionRepository actions, DeviceScopes scopes, ActionConfig config, Audit audit, ActionMeters meters) {
        this.actions = actions;
        this.scopes = scopes;
        this.config = config;
        this.audit = audit;
        this.meters = meters;
    }

    /// A new action, Pending until the machine's agent takes it; a machine without an agent is one that is offline.
    @Transactional
    public MachineActionView submit(Caller caller, ActionKind kind, MachineView machine, ActionRequest request) {
        String scope = kind.scope(request);
        if (!machine.onboardingStatus().equals("Onboarded")) {
            throw new ProblemException(ResponseProblem.MACHINE_NOT_ONBOARDED);
        }
        UUID id = UUID.randomUUID();
        boolean won = actions.submit(
                caller.tenant(),
                id,
                kind,
                caller.name(),
                scope,
                request,
                machine.id(),
                machine.computerDnsName(),
                WireTime.now(),
                config.deadline());
        if (!won) {
            throw new ProblemException(ResponseProblem.ACTIVE_REQUEST_EXISTS);
        }
        audit.record(
                caller.tenant(),
                caller.name(),
                "action.submit",
                id.toString(),
                Map.of("type", kind.name(), "machineId", machine.id()));
        meters.submitted(kind);
        return get(caller.tenant(), DeviceScope.EVERYTHING, id).withoutScope();
    }

    @Transactional
    Page list(Caller caller, ODataQuery query) {
        DeviceScope scope = scopes.of(caller);
        List<MachineActionView> page = actions.page(caller.tenant(), scope, query).stream()
                .map(ActionEntity::toView)
                .toList();
        return new Page(page, query.countWanted() ? actions.count(caller.tenant(), scope, query) : null);
    }

    @Transactional
    long count(Caller caller, ODataQuery query) {
        return actions.count(caller.tenant(), scopes.of(caller), query);
    }

    @Transactional
    MachineActionView get(Caller caller, UUID id) {
        return get(caller.tenant(), scopes.of(caller), id);
    }

    private MachineActionView get(UUID tenant, DeviceScope scope, UUID id) {
        return actions.find(tenant, scope, id)
                .map(ActionEntity::toView)
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.ACTION_NOT_FOUND, "Machine action " + id + " was not found"));
    }

    /// Cancels what is open; whether the machine had begun already is told by its agent's later report.
    @Transactional
    MachineActionView cancel(Caller caller, UUID id, String comment) {
        MachineActionView before = get(caller, id);
        ActionKind kind = ActionKind.valueOf(before.type());
        if (!caller.has(kind.permission())) {
            throw new ForbiddenException(
                    "Cancelling " + kind + " needs " + kind.permission().applicationName());
        }
        if (!actions.cancel(caller.tenant(), id, caller.name(), comment, WireTime.now())) {
            throw new ProblemException(ResponseProblem.ACTION_ENDED);
        }
        audit.record(
                caller.tenant(),
                caller.name(),
                "action.cancel",
                id.toString(),
                Map.of("before", Map.of("status", before.status()), "after", Map.of("status", "Cancelled")));
        meters.ended("Cancelled", 1);
        return get(caller.tenant(), DeviceScope.EVERYTHING, id);
    }

    /// Hands the machine's open actions to its agent, each with a lease.
    @Transactional
    public List<DeliveredAction> deliver(UUID tenant, String machineId) {
        var delivered = actions.deliver(tenant, machineId, config.lease(), WireTime.now());
        delivered.forEach(it -> {
            audit.record(tenant, machineId, "action.deliver", it.id(), Map.of("leaseId", it.leaseId()));
            meters.delivered(it.again());
        });
        return delivered.stream()
                .map(it -> new DeliveredAction(
                        it.id(), it.type(), it.scope(), it.comment(), it.leaseId(), it.leaseExpirationTime()))
                .toList();
    }

    /// Takes an agent's report; a repeat gets the same answer, one that comes too late gets the real state.
    ///
    /// @param lease one of those the action was delivered with, also an earlier one: a machine that works longer
    /// than a lease lasts has done the work all the same
    @Transactional
    public Reported report(
            UUID tenant, String machineId, String actionId, String lease, String status, int result, String message) {
        UUID id = guid(actionId);
        boolean won = actions.report(tenant, machineId, id, lease, status, result, message, WireTime.now());
        MachineActionView action = actions.find(tenant, DeviceScope.EVERYTHING, id)
                .map(ActionEntity::toView)
                .filter(found -> found.machineId().equals(machineId))
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.ACTION_NOT_FOUND, "Machine action " + actionId + " was not found"));
        if (!actions.wasLeased(tenant, id, lease)) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "leaseId is none that the action was given with");
        }
        if (won) {
            var detail = new LinkedHashMap<String, Object>();
            detail.put("before", Map.of("status", "InProgress"));
            detail.put("after", Map.of("status", status, "errorHResult", result));
            detail.put("leaseId", lease);
            audit.record(tenant, machineId, "action.report", actionId, detail);
            meters.ended(status, 1);
        }
        return new Reported(action.id(), action.status(), action.status().equals(status));
    }

    @Transactional
    int timeOut() {
        int ended = actions.timeOut(WireTime.now());
        meters.ended("TimeOut", ended);
        return ended;
    }

    /// The id, or the recorded refusal of what is none (wire-facts §2).
    static UUID guid(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) { // it would also take 1-1-1-1-1
                return id;
            }
        } catch (IllegalArgumentException notOne) {
            // refused below
        }
        throw new ProblemException(
                CommonProblem.BAD_REQUEST,
                "The key value (" + text
                        + ") from request is not valid. The key value should be format of type 'Edm.Guid'.");
    }
}

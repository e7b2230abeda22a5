package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.outbox.Outbox;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.Availability;
import io.tocsin.response.devicegroup.AutomationLevel;
import io.tocsin.response.devicegroup.DeviceGroupService;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.response.machine.Platform;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Begins investigations and shows them.
@ApplicationScoped
public class InvestigationService {

    static final EntityModel MODEL = EntityModel.named("Investigations")
            .entity(InvestigationView.class)
            .longNumber("id", "id")
            .time("startTime", "start_ticks")
            .enumeration("state", "state", InvestigationState.names())
            .string("machineId", "machine_id")
            .string("triggeringAlertId", "triggering_alert_id")
            .required("id", "startTime", "state", "machineId", "triggeringAlertId")
            .defaultOrder("id")
            .build();

    private static final int TRIES = 3;

    record Page(List<InvestigationView> investigations, Long count) {}

    private final InvestigationRepository investigations;
    private final MachineService machines;
    private final DeviceGroupService groups;
    private final DeviceScopes scopes;
    private final InvestigationConfig config;
    private final InvestigationMeters meters;
    private final Outbox outbox;
    private final Audit audit;

    InvestigationService(
            InvestigationRepository investigations,
            MachineService machines,
            DeviceGroupService groups,
            DeviceScopes scopes,
            InvestigationConfig config,
            InvestigationMeters meters,
            Outbox outbox,
            Audit audit) {
        this.investigations = investigations;
        this.machines = machines;
        this.groups = groups;
        this.scopes = scopes;
        this.config = config;
        this.meters = meters;
        this.outbox = outbox;
        this.audit = audit;
    }

    @Transactional
    Page list(Caller caller, ODataQuery query) {
        DeviceScope scope = scopes.of(caller);
        List<InvestigationView> page = investigations.page(caller.tenant(), scope, query);
        return new Page(page, query.countWanted() ? investigations.count(caller.tenant(), scope, query) : null);
    }

    @Transactional
    long count(Caller caller, ODataQuery query) {
        return investigations.count(caller.tenant(), scopes.of(caller), query);
    }

    @Transactional
    InvestigationView get(Caller caller, String key) {
        return investigations
                .find(caller.tenant(), scopes.of(caller), key)
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.INVESTIGATION_NOT_FOUND, "Investigation " + key + " was not found"));
    }

    /// By hand. While the machine's last one is open, that is the one which is answered.
    ///
    /// @throws ProblemException 404 without the machine; 400 when its system is none that is investigated, or it
    /// is not onboarded; 403 when its device group wants no automated response
    @Transactional
    public InvestigationView start(Caller caller, String machineKey, StartInvestigationRequest request) {
        MachineView machine = machines.get(caller, machineKey);
        Optional<ProblemException> refusal =
                Availability.ofInvestigation(machine, groups.automationOf(caller.tenant(), machine.rbacGroupId()));
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        WireTime now = WireTime.now();
        var it = new InvestigationRepository.New(
                caller.tenant(),
                InvestigationState.Queued,
                now,
                null,
                null,
                machine.id(),
                machine.computerDnsName(),
                "ar" + now.dotNetTicks() + "_" + ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE),
                null,
                "Manual",
                caller.name(),
                request.comment());
        OpenedInvestigation opened = open(caller, it);
        return get(caller, opened.id());
    }

    /// For an alert that is on a machine: the one it belongs to already, the open one of the machine, or a new one.
    /// One that nothing can come of is made and over at once, so that the alert says why.
    ///
    /// @throws ProblemException 404 without the machine or the alert
    @Transactional
    OpenedInvestigation open(Caller caller, OpenInvestigationRequest request) {
        UUID tenant = caller.tenant();
        Optional<OpenedInvestigation> known = investigations.ofAlert(tenant, request.alertId());
        if (known.isPresent()) {
            return known.get();
        }
        MachineView machine = machines.get(caller, request.machineId());
        if (!investigations.alertExists(tenant, request.alertId())) {
            throw new ProblemException(
                    ResponseProblem.ALERT_NOT_FOUND, "Alert " + request.alertId() + " was not found");
        }
        Optional<String> unsupported = Platform.of(machine).investigated();
        boolean unattended = unsupported.isEmpty() && isUnattended(tenant, machine);
        WireTime now = WireTime.now();
        return open(
                caller,
                new InvestigationRepository.New(
                        tenant,
                        unsupported.isPresent()
                                ? InvestigationState.UnsupportedOs
                                : unattended ? InvestigationState.TerminatedBySystem : InvestigationState.Queued,
                        now,
                        unsupported.isPresent() || unattended ? now : null,
                        unsupported.orElse(unattended ? ResponseProblem.NO_AUTOMATED_RESPONSE.title() : null),
                        machine.id(),
                        machine.computerDnsName(),
                        request.alertId(),
                        request.incidentId(),
                        "Alert",
                        caller.name(),
                        request.comment()));
    }

    private boolean isUnattended(UUID tenant, MachineView machine) {
        return groups.automationOf(tenant, machine.rbacGroupId()) == AutomationLevel.NoAutomatedResponse;
    }

    private OpenedInvestigation open(Caller caller, InvestigationRepository.New it) {
        for (int tried = 1; ; tried++) {
            Optional<Long> id = investigations.open(it, config.deadline());
            if (id.isPresent()) {
                investigations.join(it.tenant(), it.alertId(), id.get());
                if (it.isManual()) {
                    outbox.add(
                            it.tenant(),
                            ManualAlertDelivery.DESTINATION,
                            ManualAlertDelivery.KIND,
                            id.get().toString(),
                            JsonNodeFactory.instance.objectNode());
                }
                tell(caller, it, id.get(), "investigation.start");
                meters.opened(it.origin(), it.state());
                return new OpenedInvestigation(id.get().toString(), it.state().name(), true);
            }
            // The winner is committed by now: the insert has waited for it.
            Optional<OpenedInvestigation> other = investigations
                    .ofAlert(it.tenant(), it.alertId())
                    .or(() -> investigations.openOf(it.tenant(), it.machineId()));
            if (other.isPresent()) {
                long joined = Long.parseLong(other.get().id());
                // Whoever asks by hand for what goes on already has raised no alert.
                if (it.isManual()) {
                    investigations.ask(it.tenant(), joined, caller.name());
                }
                if (it.isManual() || investigations.join(it.tenant(), it.alertId(), joined)) {
                    investigations.extend(it.tenant(), joined, config.deadline());
                    tell(caller, it, joined, "investigation.join");
                }
                return other.get();
            }
            if (tried == TRIES) {
                throw new IllegalStateException("investigations of the machine begin and end too fast");
            }
        }
    }

    /// Ends one that is open. What waits for a decision is not decided any more; what runs is not stopped.
    ///
    /// @throws ProblemException 404; 400 when it has ended
    @Transactional
    InvestigationView cancel(Caller caller, String key, String comment) {
        InvestigationView before = get(caller, key);
        long id = Long.parseLong(before.id());
        if (!investigations.cancel(caller.tenant(), id, caller.name(), comment, WireTime.now())) {
            throw new ProblemException(
                    ResponseProblem.INVESTIGATION_ENDED,
                    "Investigation " + before.id() + " has ended: " + before.state());
        }
        audit.record(
                caller.tenant(),
                caller.name(),
                "investigation.cancel",
                before.id(),
                Map.of("before", Map.of("state", before.state()), "comment", comment));
        meters.ended(InvestigationState.TerminatedByUser, 1);
        return get(caller, before.id());
    }

    private void tell(Caller caller, InvestigationRepository.New it, long id, String action) {
        var detail = new LinkedHashMap<String, Object>(Map.of(
                "machineId", it.machineId(),
                "alertId", it.alertId(),
                "state", it.state().name()));
        if (it.comment() != null) {
            detail.put("comment", it.comment());
        }
        audit.record(it.tenant(), caller.name(), action, Long.toString(id), detail);
    }

    @Transactional
    List<InvestigationRepository.Due> takeDue(int most) {
        return investigations.takeDue(most, config.step());
    }

    /// There is more to be done about it at once, when others have had their turn.
    @Transactional
    void wake(InvestigationRepository.Due it) {
        investigations.wake(it.tenant(), it.id());
    }

    @Transactional
    int terminate() {
        int ended = investigations.terminate(WireTime.now());
        meters.ended(InvestigationState.TerminatedBySystem, ended);
        return ended;
    }
}

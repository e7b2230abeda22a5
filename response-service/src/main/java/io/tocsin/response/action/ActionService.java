package io.tocsin.response.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.security.ForbiddenException;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.ODataQuery;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.devicegroup.AutomationLevel;
import io.tocsin.response.devicegroup.DeviceGroupService;
import io.tocsin.response.file.Blobs;
import io.tocsin.response.file.FileLinks;
import io.tocsin.response.library.Library;
import io.tocsin.response.machine.MachineService;
import io.tocsin.response.machine.MachineView;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Submits, reads, delivers, ends and cancels machine actions.
@ApplicationScoped
public class ActionService {

    public static final EntityModel MODEL = EntityModel.named("MachineActions")
            .entity(MachineActionView.class)
            .guid("id", "id")
            .enumeration("status", "status", ActionStatus.names())
            .string("machineId", "machine_id")
            .enumeration("type", "type", ActionKind.namesOnPartnerApi())
            .string("requestor", "requestor")
            .time("creationDateTimeUtc", "creation_ticks")
            .required("id", "status", "machineId", "type", "requestor", "creationDateTimeUtc")
            .defaultOrder("creation_ticks desc, id desc")
            .build();

    private static final long SOON = 60;

    public record Page(List<MachineActionView> actions, Long count) {}

    private final ActionRepository actions;
    private final ActionFiles files;
    private final MachineService machines;
    private final Blobs blobs;
    private final DeviceGroupService groups;
    private final Library library;
    private final DeviceScopes scopes;
    private final ActionConfig config;
    private final Audit audit;
    private final ActionMeters meters;

    ActionService(
            ActionRepository actions,
            ActionFiles files,
            MachineService machines,
            Blobs blobs,
            DeviceGroupService groups,
            Library library,
            DeviceScopes scopes,
            ActionConfig config,
            Audit audit,
            ActionMeters meters) {
        this.actions = actions;
        this.files = files;
        this.machines = machines;
        this.blobs = blobs;
        this.groups = groups;
        this.library = library;
        this.scopes = scopes;
        this.config = config;
        this.audit = audit;
        this.meters = meters;
    }

    /// A new action, Pending until the machine's agent takes it; a machine without an agent is one that is offline.
    @Transactional
    public MachineActionView submit(Caller caller, ActionKind kind, MachineView machine, ActionRequest request) {
        return submit(caller, kind, machine, request, null, List.of());
    }

    /// An action for a remediation; two that are about different things do not stand in each other's way.
    ///
    /// @param target what it is about, as its agent is told; null for a kind of the contract
    @Transactional
    public MachineActionView submit(
            Caller caller, ActionKind kind, MachineView machine, ActionRequest request, JsonNode target) {
        return submit(caller, kind, machine, request, target, List.of());
    }

    /// A live response; what its commands take from the library is what the library has now.
    ///
    /// @throws ProblemException 429 when as many run already as may
    @Transactional
    public MachineActionView submit(Caller caller, MachineView machine, LiveResponseRequest request) {
        List<LiveCommand> commands = LiveCommand.inOrder(request.commands());
        if (groups.automationOf(caller.tenant(), machine.rbacGroupId()) == AutomationLevel.NoAutomatedResponse) {
            throw new ProblemException(ResponseProblem.NO_AUTOMATED_RESPONSE);
        }
        if (actions.liveResponses(caller.tenant()) >= config.liveResponses()) {
            throw new RetryLaterException(
                    ResponseProblem.LIVE_RESPONSES_FULL, ResponseProblem.LIVE_RESPONSES_FULL.title(), SOON);
        }
        List<ActionRepository.NewCommand> stored = commands.stream()
                .map(command -> command.libraryFile()
                        .map(name -> library.held(caller.tenant(), name))
                        .map(held -> new ActionRepository.NewCommand(command, held.blob(), held.sha256()))
                        .orElseGet(() -> new ActionRepository.NewCommand(command, null, null)))
                .toList();
        return submit(caller, ActionKind.LiveResponse, machine, request.asAction(), null, stored);
    }

    MachineActionView submit(
            Caller caller,
            ActionKind kind,
            MachineView machine,
            ActionRequest request,
            JsonNode target,
            List<ActionRepository.NewCommand> commands) {
        String scope = kind.scope(request);
        String sha1 = kind.sha1(request);
        Optional<ProblemException> refusal = Availability.refusal(kind, scope, machine);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
        UUID id = UUID.randomUUID();
        Optional<MachineActionView> made = actions.submit(
                new ActionRepository.New(
                        caller.tenant(),
                        id,
                        kind,
                        lane(kind, target),
                        caller.name(),
                        scope,
                        sha1,
                        target,
                        request,
                        machine.id(),
                        machine.computerDnsName()),
                WireTime.now(),
                config.deadline());
        if (made.isEmpty()) {
            throw new ProblemException(ResponseProblem.ACTIVE_REQUEST_EXISTS);
        }
        actions.addCommands(caller.tenant(), id, commands);
        Map<String, Object> detail = asked(kind, machine.id(), sha1);
        if (!commands.isEmpty()) {
            detail.put("commands", commands.stream().map(ActionService::told).toList());
        }
        audit.record(caller.tenant(), caller.name(), "action.submit", id.toString(), detail);
        meters.submitted(kind, 1);
        MachineActionView action = commands.isEmpty() ? made.get() : get(caller.tenant(), DeviceScope.EVERYTHING, id);
        return action.withoutScope();
    }

    /// The same action for many machines, all in one transaction; each is refused by itself.
    ///
    /// @throws ProblemException 400 for what is wrong with the action itself
    @Transactional
    ManyActions submitAll(Caller caller, ManyActionsRequest request) {
        ActionKind kind = request.kind();
        if (!caller.has(kind.permission())) {
            throw new ForbiddenException(kind + " needs " + kind.permission().applicationName());
        }
        ActionRequest asked = request.asAction();
        String scope = kind.scope(asked);
        String sha1 = kind.sha1(asked);
        Map<String, MachineView> found = machines.byKey(caller, request.machineIds());
        var able = new TreeMap<String, MachineView>();
        var refused = new HashMap<String, ProblemException>();
        found.values()
                .forEach(machine -> Availability.refusal(kind, scope, machine)
                        .ifPresentOrElse(
                                refusal -> refused.put(machine.id(), refusal), () -> able.put(machine.id(), machine)));
        Map<String, UUID> made = actions.submitAll(
                caller.tenant(),
                kind,
                caller.name(),
                asked,
                List.copyOf(able.values()),
                WireTime.now(),
                config.deadline());
        var details = new LinkedHashMap<String, Map<String, ?>>();
        made.forEach((machine, id) -> details.put(id.toString(), asked(kind, machine, sha1)));
        audit.recordEach(caller.tenant(), caller.name(), "action.submit", details);
        meters.submitted(kind, made.size());
        var told = new HashSet<String>();
        return ManyActions.of(request.machineIds().stream()
                .distinct()
                .filter(key ->
                        !found.containsKey(key) || told.add(found.get(key).id()))
                .map(key -> {
                    MachineView machine = found.get(key);
                    if (machine == null) {
                        return ManyActions.Item.refused(
                                key,
                                new ProblemException(
                                        ResponseProblem.MACHINE_NOT_FOUND, "Machine " + key + " was not found"));
                    }
                    if (refused.containsKey(machine.id())) {
                        return ManyActions.Item.refused(key, refused.get(machine.id()));
                    }
                    UUID id = made.get(machine.id());
                    return id == null
                            ? ManyActions.Item.refused(key, new ProblemException(ResponseProblem.ACTIVE_REQUEST_EXISTS))
                            : new ManyActions.Item(key, id.toString(), null);
                })
                .toList());
    }

    /// What the audit says of an action that is asked for.
    private static Map<String, Object> asked(ActionKind kind, String machineId, String sha1) {
        var asked = new LinkedHashMap<String, Object>();
        asked.put("type", kind.name());
        asked.put("machineId", machineId);
        if (sha1 != null) {
            asked.put("sha1", sha1);
        }
        return asked;
    }

    /// Quarantine and what takes it back exclude one another on a machine; what is about a key, a service, a driver, a
    /// task or a process excludes only what is about the same one.
    private static String lane(ActionKind kind, JsonNode target) {
        return target == null || kind == ActionKind.RestoreFile
                ? kind.lane()
                : kind.lane() + " "
                        + UUID.nameUUIDFromBytes(target.path("name").asText().getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> told(ActionRepository.NewCommand it) {
        var told = new LinkedHashMap<String, String>();
        told.put("type", it.command().type());
        it.command().params().forEach(parameter -> told.put(parameter.key(), parameter.value()));
        if (it.librarySha256() != null) {
            told.put("sha256", it.librarySha256());
        }
        return told;
    }

    /// What can be done on a machine, and why not what cannot.
    @Transactional
    public List<Availability.Status> available(Caller caller, MachineView machine) {
        return Availability.of(machine, groups.automationOf(caller.tenant(), machine.rbacGroupId()));
    }

    /// The actions of one machine, newest first.
    @Transactional
    public Page ofMachine(Caller caller, MachineView machine, ODataQuery query) {
        DeviceScope scope = scopes.of(caller);
        return new Page(
                actions.page(caller.tenant(), scope, query, machine.id()),
                query.countWanted() ? actions.count(caller.tenant(), scope, query, machine.id()) : null);
    }

    @Transactional
    Page list(Caller caller, ODataQuery query) {
        DeviceScope scope = scopes.of(caller);
        return new Page(
                actions.page(caller.tenant(), scope, query),
                query.countWanted() ? actions.count(caller.tenant(), scope, query) : null);
    }

    @Transactional
    long count(Caller caller, ODataQuery query) {
        return actions.count(caller.tenant(), scopes.of(caller), query);
    }

    /// What was reported of these actions, which the caller is known to reach, by their ids.
    public Map<String, ActionReport> reports(Caller caller, Collection<String> ids) {
        return actions.reports(caller.tenant(), ids);
    }

    /// Those in reach that the filter lets through, as they are now, by their ids.
    public Map<String, MachineActionView> byId(Caller caller, ODataQuery filter, Collection<String> ids) {
        return actions.byId(caller.tenant(), scopes.of(caller), filter, ids).stream()
                .collect(Collectors.toMap(MachineActionView::id, Function.identity()));
    }

    @Transactional
    MachineActionView get(Caller caller, UUID id) {
        MachineActionView action = get(caller.tenant(), scopes.of(caller), id);
        if (!ActionKind.namesOnPartnerApi().contains(action.type())) {
            throw notFound(id);
        }
        return action;
    }

    private MachineActionView get(UUID tenant, DeviceScope scope, UUID id) {
        return actions.find(tenant, scope, id).orElseThrow(() -> notFound(id));
    }

    private static ProblemException notFound(UUID id) {
        return new ProblemException(ResponseProblem.ACTION_NOT_FOUND, "Machine action " + id + " was not found");
    }

    /// A cancelled action, and how much that is worth.
    ///
    /// @param bestEffort whether its machine had it already: it is told to stop, and may have done it all the same
    record Cancelled(MachineActionView action, boolean bestEffort) {}

    /// Cancels what is open. What the machine's agent reports afterwards is kept beside the state.
    @Transactional
    Cancelled cancel(Caller caller, UUID id, String comment) {
        MachineActionView before = get(caller, id);
        ActionKind kind = ActionKind.valueOf(before.type());
        if (!caller.has(kind.permission())) {
            throw new ForbiddenException(
                    "Cancelling " + kind + " needs " + kind.permission().applicationName());
        }
        ActionStatus met = actions.cancel(caller.tenant(), id, caller.name(), comment, WireTime.now())
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.ACTION_ENDED,
                        "The action is already in final state: "
                                + get(caller.tenant(), DeviceScope.EVERYTHING, id)
                                        .status()));
        audit.record(
                caller.tenant(),
                caller.name(),
                "action.cancel",
                id.toString(),
                Map.of("before", Map.of("status", met.name()), "after", Map.of("status", "Cancelled")));
        meters.ended("Cancelled", 1);
        return new Cancelled(get(caller.tenant(), DeviceScope.EVERYTHING, id), met == ActionStatus.InProgress);
    }

    /// The machines of all tenants whose agents [#deliver] may have something for.
    public List<Working> withWork() {
        return actions.withWork(config.liveResponses());
    }

    /// Hands the machine's open actions to its agent, each with a lease, and tells what was cancelled meanwhile.
    @Transactional
    public Delivered deliver(UUID tenant, String machineId) {
        return deliver(tenant, Map.of(machineId, audit.origin(machineId)), true).get(machineId);
    }

    /// Hands the open actions of many machines to their agents at once.
    ///
    /// @param origins who asks, by machine
    /// @param live whether live responses may be among them: only for one machine, since a tenant may have so many
    /// @return what there is for each of the machines, in the order of their names
    @Transactional
    public Map<String, Delivered> deliver(UUID tenant, Map<String, Audit.Origin> origins, boolean live) {
        var delivered = new TreeMap<String, Delivered>();
        origins.keySet()
                .forEach(machine -> delivered.put(machine, new Delivered(new ArrayList<>(), new ArrayList<>())));
        var entries = new ArrayList<Audit.Entry>();
        actions.deliver(
                        tenant,
                        origins.keySet(),
                        live ? config.liveResponses() : 0,
                        new ActionRepository.Patience(config.lease(), config.liveCommand(), config.work()),
                        WireTime.now())
                .forEach(it -> {
                    Delivered mine = delivered.get(it.machineId());
                    if (it.action() == null) {
                        mine.cancelled().add(it.id());
                        return;
                    }
                    mine.actions().add(it.action());
                    entries.add(new Audit.Entry(
                            tenant,
                            origins.get(it.machineId()),
                            "action.deliver",
                            it.id(),
                            Map.of("leaseId", it.action().leaseId())));
                    meters.delivered(it.again());
                });
        audit.recordAll(entries);
        return delivered;
    }

    /// Takes back what an agent could not be told, for it was gone: its leases end, and it is told again what was
    /// cancelled.
    @Transactional
    public void giveBack(UUID tenant, String machineId, Delivered delivered) {
        if (!delivered.isEmpty()) {
            actions.giveBack(tenant, machineId, delivered, config.deadline());
        }
    }

    /// Takes an agent's report; a repeat gets the same answer, one that comes too late gets the real state.
    ///
    /// @param lease one of those the action was delivered with, also an earlier one: a machine that works longer
    /// than a lease lasts has done the work all the same
    @Transactional
    public Reported report(
            UUID tenant,
            String machineId,
            String actionId,
            String lease,
            ActionStatus status,
            int result,
            String message) {
        MachineActionView before = ofAgent(tenant, machineId, actionId, lease);
        UUID id = guid(actionId);
        if (status == ActionStatus.Succeeded
                && !ActionStatus.valueOf(before.status()).isFinal()) {
            complete(tenant, before);
        }
        WireTime now = WireTime.now();
        boolean won = actions.report(tenant, machineId, id, lease, status, result, message, now);
        if (won && !before.commands().isEmpty()) {
            actions.endCommands(tenant, id, "The action ended before the command was reported", now);
        }
        if (won || actions.keepBeside(tenant, machineId, id, lease, status, message, now)) {
            if (status == ActionStatus.Succeeded && before.type().equals(ActionKind.Offboard.name())) {
                machines.offboard(tenant, machineId); // it has gone, also when nobody waited for it any more
            }
            var detail = new LinkedHashMap<String, Object>();
            detail.put("before", Map.of("status", before.status()));
            detail.put("after", Map.of("status", won ? status.name() : before.status(), "errorHResult", result));
            detail.put("reported", status.name());
            detail.put("leaseId", lease);
            if (message != null) {
                detail.put("message", message);
            }
            audit.record(tenant, machineId, won ? "action.report" : "action.report-late", actionId, detail);
        }
        if (won) {
            meters.ended(status.name(), 1);
            return new Reported(actionId, status.name(), true);
        }
        if (actions.noteAgain(tenant, machineId, id, lease, now)) {
            audit.record(
                    tenant,
                    machineId,
                    "action.report-again",
                    actionId,
                    Map.of("reported", status.name(), "leaseId", lease));
        }
        String stands = get(tenant, DeviceScope.EVERYTHING, id).status();
        return new Reported(actionId, stands, stands.equals(status.name()));
    }

    /// A success that did not bring what it was to bring is none.
    private void complete(UUID tenant, MachineActionView action) {
        boolean allDone = action.commands().stream()
                .allMatch(command -> command.commandStatus().equals("Completed"));
        boolean delivered = !action.type().equals(ActionKind.CollectInvestigationPackage.name())
                || files.find(tenant, UUID.fromString(action.id()), ActionFiles.PACKAGE)
                        .isPresent();
        if (!allDone || !delivered) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT,
                    allDone
                            ? "The package was not uploaded whole; upload it, or report Failed"
                            : "Not every command was reported Completed; report them, or report Failed");
        }
    }

    /// Takes an agent's report of one command of a live response.
    @Transactional
    public CommandReported reportCommand(
            UUID tenant,
            String machineId,
            String actionId,
            int position,
            String lease,
            String status,
            List<String> errors) {
        MachineActionView action = ofAgent(tenant, machineId, actionId, lease);
        CommandResult command = command(action, position);
        UUID id = guid(actionId);
        if (status.equals("Completed")
                && command.command().kind().hasResult()
                && files.find(tenant, id, Integer.toString(position)).isEmpty()) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "The command's result was not uploaded whole; upload it first");
        }
        Duration life = status.equals("Executing") ? config.command() : config.lease();
        boolean won =
                actions.reportCommand(tenant, machineId, id, lease, position, status, errors, life, WireTime.now());
        if (won) {
            audit.record(
                    tenant,
                    machineId,
                    "action.command",
                    actionId,
                    Map.of(
                            "index", position,
                            "before", Map.of("status", command.commandStatus()),
                            "after", Map.of("status", status)));
        }
        String stands =
                command(get(tenant, DeviceScope.EVERYTHING, id), position).commandStatus();
        return new CommandReported(position, stands, stands.equals(status));
    }

    private static CommandResult command(MachineActionView action, int position) {
        return action.commands().stream()
                .filter(command -> command.index() == position)
                .findFirst()
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.ACTION_NOT_FOUND, "The action has no command " + position));
    }

    /// Takes a piece of a package or of a command's result. It is stored between two transactions, since the store may
    /// be slow.
    @Transactional(TxType.NEVER)
    public Uploaded upload(
            UUID tenant,
            String machineId,
            String actionId,
            String part,
            String lease,
            long at,
            long size,
            byte[] piece) {
        ActionFiles.Place place = QuarkusTransaction.requiringNew()
                .call(() -> place(tenant, machineId, actionId, part, lease, at, size, piece.length));
        if (place.known()) {
            return new Uploaded(place.received(), size, false);
        }
        blobs.write(tenant, place.blob(), at, piece);
        return QuarkusTransaction.requiringNew()
                .call(() -> count(tenant, machineId, actionId, part, place, at, size, piece.length));
    }

    /// The piece was stored, and is there from now on.
    Uploaded count(
            UUID tenant,
            String machineId,
            String actionId,
            String part,
            ActionFiles.Place place,
            long at,
            long size,
            int length) {
        Uploaded uploaded = files.count(tenant, guid(actionId), part, place.blob(), at, size, length);
        if (uploaded.completed()) {
            audit.record(tenant, machineId, "action.file", actionId, Map.of("part", part, "size", size));
        }
        return uploaded;
    }

    /// Where a piece goes, while the action is open; it renews the lease.
    ActionFiles.Place place(
            UUID tenant, String machineId, String actionId, String part, String lease, long at, long size, int length) {
        MachineActionView action = ofAgent(tenant, machineId, actionId, lease);
        UUID id = guid(actionId);
        boolean wanted = part.equals(ActionFiles.PACKAGE)
                ? action.type().equals(ActionKind.CollectInvestigationPackage.name())
                : action.commands().stream()
                        .anyMatch(command -> Integer.toString(command.index()).equals(part)
                                && command.command().kind().hasResult());
        if (!wanted) {
            throw new ProblemException(ResponseProblem.FILE_NOT_THERE, "The action has no file " + part);
        }
        if (!actions.renew(tenant, machineId, id, lease, config.lease())) {
            throw new ProblemException(ResponseProblem.ACTION_ENDED);
        }
        // What was reported until now: the row is ours, and whoever reports a command renews it, too.
        boolean settled = get(tenant, DeviceScope.EVERYTHING, id).commands().stream()
                .anyMatch(command -> Integer.toString(command.index()).equals(part)
                        && List.of("Completed", "Failed").contains(command.commandStatus()));
        return files.place(tenant, id, part, lease, new ActionFiles.Piece(at, size, length), settled);
    }

    /// The library's file a command of the agent's action is about, as it was when the action was asked for.
    @Transactional
    public UUID libraryBlob(UUID tenant, String machineId, String actionId, int position) {
        return actions.libraryBlob(tenant, machineId, guid(actionId), position)
                .orElseThrow(() -> new ProblemException(ResponseProblem.FILE_NOT_THERE));
    }

    private MachineActionView ofAgent(UUID tenant, String machineId, String actionId, String lease) {
        UUID id = guid(actionId);
        ActionRepository.Leased found = actions.leased(tenant, machineId, id, lease)
                .orElseThrow(() -> new ProblemException(
                        ResponseProblem.ACTION_NOT_FOUND, "Machine action " + actionId + " was not found"));
        if (!found.withThisLease()) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "leaseId is none that the action was given with");
        }
        return found.action();
    }

    /// What a link to the package of an action leads to.
    ///
    /// @throws ProblemException 404 while there is none, 400 for an action of another kind
    @Transactional
    FileLinks.Target packageOf(Caller caller, UUID id) {
        MachineActionView action = get(caller, id);
        if (!action.type().equals(ActionKind.CollectInvestigationPackage.name())) {
            throw new ProblemException(ResponseProblem.NOT_A_PACKAGE);
        }
        if (!(action.status().equals("Succeeded") || succeededLate(caller.tenant(), action))
                || files.find(caller.tenant(), id, ActionFiles.PACKAGE).isEmpty()) {
            throw new ProblemException(ResponseProblem.FILE_NOT_THERE, "The package of " + id + " is not there");
        }
        return new FileLinks.Target(id, ActionFiles.PACKAGE);
    }

    private boolean succeededLate(UUID tenant, MachineActionView action) {
        return "Succeeded"
                .equals(actions.reports(tenant, List.of(action.id()))
                        .get(action.id())
                        .lateStatus());
    }

    /// What a link to the result of a command leads to.
    ///
    /// @throws ProblemException 404 while there is none, 400 for an action of another kind
    @Transactional
    FileLinks.Target resultOf(Caller caller, UUID id, int position) {
        MachineActionView action = get(caller, id);
        if (!action.type().equals(ActionKind.LiveResponse.name())) {
            throw new ProblemException(ResponseProblem.NOT_A_LIVE_RESPONSE);
        }
        String part = Integer.toString(position);
        boolean done = action.commands().stream()
                .anyMatch(command -> command.index() == position
                        && List.of("Completed", "Failed").contains(command.commandStatus()));
        if (!done || files.find(caller.tenant(), id, part).isEmpty()) {
            throw new ProblemException(
                    ResponseProblem.FILE_NOT_THERE, "Command " + position + " of " + id + " has no result");
        }
        return new FileLinks.Target(id, part);
    }

    /// @param most how many at once
    /// @return how many it ended
    @Transactional
    int timeOut(int most) {
        int ended = actions.timeOut(WireTime.now(), most);
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

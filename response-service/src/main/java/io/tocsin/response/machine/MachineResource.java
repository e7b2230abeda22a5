package io.tocsin.response.machine;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.LiveResponseRequest;
import io.tocsin.response.action.MachineActionView;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/// `/api/machines` and the actions on one (contract 20 §2, 30 §3).
@Path("/api/machines")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class MachineResource {

    private static final String COLLECTION = "Collection(microsoft.windowsDefenderATP.api.%s)";

    private final MachineService machines;
    private final MachineChanges changes;
    private final ActionService actions;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    MachineResource(
            MachineService machines,
            MachineChanges changes,
            ActionService actions,
            CurrentCaller caller,
            CallerUri uri,
            Answers answers) {
        this.machines = machines;
        this.changes = changes;
        this.actions = actions;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
    }

    @GET
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> list() {
        var query = answers.query(MachineService.MODEL);
        MachineService.Page page = machines.list(caller.get(), query);
        return answers.page("Machines", query, page.machines(), page.count());
    }

    @GET
    @Path("/$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.MACHINE_READ)
    public String count() {
        return Long.toString(machines.count(caller.get(), answers.query(MachineService.MODEL)));
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.MACHINE_READ)
    public EntityBody<MachineView> get(@PathParam("id") String id) {
        return entity(machines.get(caller.get(), id));
    }

    @PATCH
    @Path("/{id}")
    @Requires(Permission.MACHINE_READ_WRITE)
    public EntityBody<MachineView> update(@PathParam("id") String id, @Valid @NotNull UpdateMachineRequest request) {
        return entity(changes.update(caller.get(), id, request));
    }

    @POST
    @Path("/{id}/tags")
    @Requires(Permission.MACHINE_READ_WRITE)
    public EntityBody<MachineView> tag(@PathParam("id") String id, @Valid @NotNull TagRequest request) {
        return entity(changes.tag(caller.get(), id, request));
    }

    @POST
    @Path("/AddOrRemoveTagForMultipleMachines")
    @Requires(Permission.MACHINE_READ_WRITE)
    public CollectionBody<Object> tagMany(@Valid @NotNull TagsRequest request) {
        return new CollectionBody<>(
                uri.context("Machines"), null, List.copyOf(changes.tag(caller.get(), request)), null);
    }

    @POST
    @Path("/{id}/setDeviceValue")
    @Requires(Permission.MACHINE_READ_WRITE)
    public EntityBody<MachineView> setDeviceValue(
            @PathParam("id") String id, @Valid @NotNull DeviceValueRequest request) {
        return entity(changes.setDeviceValue(caller.get(), id, request.deviceValue()));
    }

    @GET
    @Path("/{id}/logonusers")
    @Requires(Permission.USER_READ)
    public CollectionBody<Object> logonUsers(@PathParam("id") String id) {
        return new CollectionBody<>(
                uri.context("Users"), null, List.copyOf(machines.logonUsers(caller.get(), id)), null);
    }

    private EntityBody<MachineView> entity(MachineView machine) {
        return new EntityBody<>(uri.context("Machines/$entity"), machine);
    }

    @POST
    @Path("/{id}/isolate")
    @Requires(Permission.MACHINE_ISOLATE)
    public RestResponse<EntityBody<MachineActionView>> isolate(
            @PathParam("id") String id, @Valid @NotNull ActionRequest request) {
        return act(ActionKind.Isolate, id, request);
    }

    @POST
    @Path("/{id}/unisolate")
    @Requires(Permission.MACHINE_ISOLATE)
    public RestResponse<EntityBody<MachineActionView>> unisolate(
            @PathParam("id") String id, @Valid @NotNull ActionRequest request) {
        return act(ActionKind.Unisolate, id, request);
    }

    @POST
    @Path("/{id}/runAntiVirusScan")
    @Requires(Permission.MACHINE_SCAN)
    public RestResponse<EntityBody<MachineActionView>> scan(
            @PathParam("id") String id, @Valid @NotNull ActionRequest request) {
        return act(ActionKind.RunAntiVirusScan, id, request);
    }

    @POST
    @Path("/{id}/restrictCodeExecution")
    @Requires(Permission.MACHINE_RESTRICT_EXECUTION)
    public RestResponse<EntityBody<MachineActionView>> restrict(
            @PathParam("id") String id, @Valid @NotNull ActionRequest request) {
        return act(ActionKind.RestrictCodeExecution, id, request);
    }

    @POST
    @Path("/{id}/unrestrictCodeExecution")
    @Requires(Permission.MACHINE_RESTRICT_EXECUTION)
    public RestResponse<EntityBody<MachineActionView>> unrestrict(
            @PathParam("id") String id, @Valid @NotNull ActionRequest request) {
        return act(ActionKind.UnrestrictCodeExecution, id, request);
    }

    @POST
    @Path("/{id}/StopAndQuarantineFile")
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public RestResponse<EntityBody<MachineActionView>> quarantine(
            @PathParam("id") String id, @Valid @NotNull ActionRequest request) {
        return act(ActionKind.StopAndQuarantineFile, id, request);
    }

    @POST
    @Path("/{id}/collectInvestigationPackage")
    @Requires(Permission.MACHINE_COLLECT_FORENSICS)
    public RestResponse<EntityBody<MachineActionView>> collect(
            @PathParam("id") String id, @Valid @NotNull ActionRequest request) {
        return act(ActionKind.CollectInvestigationPackage, id, request);
    }

    /// Also without a body (wire-facts §7).
    @POST
    @Path("/{id}/offboard")
    @Requires(Permission.MACHINE_OFFBOARD)
    public RestResponse<EntityBody<MachineActionView>> offboard(
            @PathParam("id") String id, @Valid ActionRequest request) {
        return act(ActionKind.Offboard, id, request == null ? ActionRequest.WITHOUT_BODY : request);
    }

    @POST
    @Path("/{id}/runliveresponse")
    @Requires(Permission.MACHINE_LIVE_RESPONSE)
    public RestResponse<EntityBody<MachineActionView>> liveResponse(
            @PathParam("id") String id, @Valid @NotNull LiveResponseRequest request) {
        MachineView machine = machines.get(caller.get(), id);
        return created(actions.submit(caller.get(), machine, request));
    }

    @GET
    @Path("/{id}/machineactions")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> actionsOf(@PathParam("id") String id) {
        var query = answers.query(ActionService.MODEL);
        MachineView machine = machines.get(caller.get(), id);
        ActionService.Page page = actions.ofMachine(caller.get(), machine, query);
        return answers.page(COLLECTION.formatted("MachineAction"), query, page.actions(), page.count());
    }

    @GET
    @Path("/{id}/availableMachineActions")
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> available(@PathParam("id") String id) {
        MachineView machine = machines.get(caller.get(), id);
        return new CollectionBody<>(
                uri.context(COLLECTION.formatted("ActionAvailabilityStatus")),
                null,
                List.copyOf(actions.available(caller.get(), machine)),
                null);
    }

    private RestResponse<EntityBody<MachineActionView>> act(ActionKind kind, String id, ActionRequest request) {
        MachineView machine = machines.get(caller.get(), id);
        return created(actions.submit(caller.get(), kind, machine, request));
    }

    private RestResponse<EntityBody<MachineActionView>> created(MachineActionView action) {
        return RestResponse.status(
                RestResponse.Status.CREATED, new EntityBody<>(uri.context("MachineActions/$entity"), action));
    }
}

package io.tocsin.response.machine;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.MachineActionView;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/api/machines` and the actions on one (contract 20 §2, 30 §3).
@Path("/api/machines")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class MachineResource {

    private final MachineService machines;
    private final ActionService actions;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    MachineResource(
            MachineService machines, ActionService actions, CurrentCaller caller, CallerUri uri, Answers answers) {
        this.machines = machines;
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
        return new EntityBody<>(uri.context("Machines/$entity"), machines.get(caller.get(), id));
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

    private RestResponse<EntityBody<MachineActionView>> act(ActionKind kind, String id, ActionRequest request) {
        MachineView machine = machines.get(caller.get(), id);
        MachineActionView action = actions.submit(caller.get(), kind, machine, request);
        return RestResponse.status(
                RestResponse.Status.CREATED, new EntityBody<>(uri.context("MachineActions/$entity"), action));
    }
}

package io.tocsin.response.action;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.odata.Answers;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import io.tocsin.wire.EntityBody;
import jakarta.validation.Valid;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `/api/machineactions` (contract 30 §4).
@Path("/api/machineactions")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class MachineActionResource {

    private final ActionService actions;
    private final CurrentCaller caller;
    private final CallerUri uri;
    private final Answers answers;

    MachineActionResource(ActionService actions, CurrentCaller caller, CallerUri uri, Answers answers) {
        this.actions = actions;
        this.caller = caller;
        this.uri = uri;
        this.answers = answers;
    }

    @GET
    @Requires(Permission.MACHINE_READ)
    public CollectionBody<Object> list() {
        var query = answers.query(ActionService.MODEL);
        ActionService.Page page = actions.list(caller.get(), query);
        return answers.page("MachineActions", query, page.actions(), page.count());
    }

    @GET
    @Path("/$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.MACHINE_READ)
    public String count() {
        return Long.toString(actions.count(caller.get(), answers.query(ActionService.MODEL)));
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.MACHINE_READ)
    public EntityBody<MachineActionView> get(@PathParam("id") String id) {
        return entity(actions.get(caller.get(), ActionService.guid(id)));
    }

    @POST
    @Path("/{id}/cancel")
    @Requires({
        Permission.MACHINE_ISOLATE,
        Permission.MACHINE_SCAN,
        Permission.MACHINE_RESTRICT_EXECUTION,
        Permission.MACHINE_STOP_AND_QUARANTINE,
        Permission.MACHINE_COLLECT_FORENSICS,
        Permission.MACHINE_OFFBOARD,
        Permission.MACHINE_LIVE_RESPONSE
    })
    public EntityBody<MachineActionView> cancel(@PathParam("id") String id, @Valid CancelRequest request) {
        String comment = request == null ? null : request.comment();
        return entity(actions.cancel(caller.get(), ActionService.guid(id), comment));
    }

    private EntityBody<MachineActionView> entity(MachineActionView action) {
        return new EntityBody<>(uri.context("MachineActions/$entity"), action);
    }
}

package io.tocsin.response.investigation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;

/// `/v1/remediations`: what waits for a decision, and what became of it (docs/api.md).
@Path("/v1/remediations")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class RemediationResource {

    private final Remediations remediations;
    private final CurrentCaller caller;

    RemediationResource(Remediations remediations, CurrentCaller caller) {
        this.remediations = remediations;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.MACHINE_READ)
    public RemediationPage list(
            @QueryParam("status") String status,
            @QueryParam("investigationId") String investigation,
            @QueryParam("cursor") String cursor) {
        return remediations.list(caller.get(), status, investigation, cursor);
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.MACHINE_READ)
    public RemediationView get(@PathParam("id") String id) {
        return remediations.get(caller.get(), id);
    }

    @POST
    @Path("/{id}/approve")
    @Idempotent
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public RemediationView approve(@PathParam("id") String id, @Valid @NotNull DecisionRequest request) {
        return remediations.decide(caller.get(), id, true, request.comment());
    }

    @POST
    @Path("/{id}/reject")
    @Idempotent
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public RemediationView reject(@PathParam("id") String id, @Valid @NotNull DecisionRequest request) {
        return remediations.decide(caller.get(), id, false, request.comment());
    }

    @POST
    @Path("/{id}/undo")
    @Idempotent
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public RemediationView undo(@PathParam("id") String id, @Valid @NotNull DecisionRequest request) {
        return remediations.undo(caller.get(), id, request.comment());
    }

    @POST
    @Path("/approve")
    @Idempotent
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public DecisionsView approveMany(@Valid @NotNull DecisionsRequest request) {
        return remediations.decide(caller.get(), request.ids(), true, request.comment());
    }

    @POST
    @Path("/reject")
    @Idempotent
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public DecisionsView rejectMany(@Valid @NotNull DecisionsRequest request) {
        return remediations.decide(caller.get(), request.ids(), false, request.comment());
    }

    @POST
    @Path("/undo")
    @Idempotent
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public DecisionsView undoMany(@Valid @NotNull DecisionsRequest request) {
        return remediations.undo(caller.get(), request.ids(), request.comment());
    }

    @GET
    @Path("/policy")
    @Requires(Permission.SECURITY_CONFIGURATION_READ)
    public RemediationPolicy policy() {
        return remediations.policy(caller.get().tenant());
    }

    @PUT
    @Path("/policy")
    @Requires(Permission.SECURITY_CONFIGURATION_READ_WRITE)
    public RemediationPolicy putPolicy(@Valid @NotNull RemediationPolicy wanted) {
        return remediations.put(caller.get(), wanted);
    }
}

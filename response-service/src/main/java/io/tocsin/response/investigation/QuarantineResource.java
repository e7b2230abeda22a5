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
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `/v1/remediations/quarantines`: quarantines that no investigation proposed, and taking them back (docs/api.md).
@Path("/v1/remediations/quarantines")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class QuarantineResource {

    private final Quarantines quarantines;
    private final CurrentCaller caller;

    QuarantineResource(Quarantines quarantines, CurrentCaller caller) {
        this.quarantines = quarantines;
        this.caller = caller;
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.MACHINE_READ)
    public QuarantineView get(@PathParam("id") String id) {
        return quarantines.get(caller.get(), id);
    }

    @POST
    @Path("/{id}/undo")
    @Idempotent
    @Requires(Permission.MACHINE_STOP_AND_QUARANTINE)
    public QuarantineView undo(@PathParam("id") String id, @Valid @NotNull DecisionRequest request) {
        return quarantines.undo(caller.get(), id, request.comment());
    }
}

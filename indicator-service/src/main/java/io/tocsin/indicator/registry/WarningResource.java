package io.tocsin.indicator.registry;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/indicators/warnings`: what must not be blocked (docs/api.md).
@Path("/v1/indicators/warnings")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class WarningResource {

    private final WarningRepository warnings;
    private final CurrentCaller caller;

    WarningResource(WarningRepository warnings, CurrentCaller caller) {
        this.warnings = warnings;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.TI_READ_WRITE)
    public WarningList list() {
        return new WarningList(warnings.all(caller.get().tenant()));
    }

    @POST
    @Idempotent
    @Requires(Permission.TI_READ_WRITE_ALL)
    public WarningEntry add(@Valid @NotNull WarningRequest request) {
        return warnings.add(caller.get(), request);
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.TI_READ_WRITE_ALL)
    public RestResponse<Void> remove(@PathParam("id") String id) {
        warnings.remove(caller.get(), id);
        return RestResponse.noContent();
    }
}

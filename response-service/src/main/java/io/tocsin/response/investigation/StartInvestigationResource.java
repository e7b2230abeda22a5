package io.tocsin.response.investigation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.EntityBody;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/api/machines/{id}/startInvestigation` (contract 40 §2).
@Path("/api/machines")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class StartInvestigationResource {

    private final InvestigationService investigations;
    private final CurrentCaller caller;
    private final CallerUri uri;

    StartInvestigationResource(InvestigationService investigations, CurrentCaller caller, CallerUri uri) {
        this.investigations = investigations;
        this.caller = caller;
        this.uri = uri;
    }

    @POST
    @Path("/{id}/startInvestigation")
    @Requires(Permission.ALERT_READ_WRITE)
    public RestResponse<EntityBody<InvestigationView>> start(
            @PathParam("id") String id, @Valid @NotNull StartInvestigationRequest request) {
        InvestigationView investigation = investigations.start(caller.get(), id, request);
        return RestResponse.status(
                RestResponse.Status.CREATED, new EntityBody<>(uri.context("Investigations/$entity"), investigation));
    }
}

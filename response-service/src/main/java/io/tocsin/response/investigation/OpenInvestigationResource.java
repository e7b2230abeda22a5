package io.tocsin.response.investigation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/investigations`: where alert-service asks for one, and people end one (docs/api.md).
@Path("/v1/investigations")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class OpenInvestigationResource {

    private final InvestigationService investigations;
    private final CurrentCaller caller;

    OpenInvestigationResource(InvestigationService investigations, CurrentCaller caller) {
        this.investigations = investigations;
        this.caller = caller;
    }

    @POST
    @Path("/{id}/cancel")
    @Idempotent
    @Requires(Permission.ALERT_READ_WRITE)
    public InvestigationView cancel(@PathParam("id") String id, @Valid @NotNull DecisionRequest request) {
        return investigations.cancel(caller.get(), id, request.comment());
    }

    @POST
    @Idempotent
    @Requires(Permission.SERVICE_INVESTIGATE)
    public RestResponse<OpenedInvestigation> open(@Valid @NotNull OpenInvestigationRequest request) {
        OpenedInvestigation investigation = investigations.open(caller.get(), request);
        return RestResponse.status(
                investigation.opened() ? RestResponse.Status.CREATED : RestResponse.Status.OK, investigation);
    }
}

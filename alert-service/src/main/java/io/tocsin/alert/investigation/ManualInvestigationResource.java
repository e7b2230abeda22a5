package io.tocsin.alert.investigation;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.ingest.AlertIntake;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/alerts/manual-investigation`: where response-service tells that somebody started one (docs/api.md).
@Path("/v1/alerts/manual-investigation")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class ManualInvestigationResource {

    private final ManualInvestigations investigations;
    private final CurrentCaller caller;

    ManualInvestigationResource(ManualInvestigations investigations, CurrentCaller caller) {
        this.investigations = investigations;
        this.caller = caller;
    }

    @POST
    @Idempotent
    @Requires(Permission.SERVICE)
    public RestResponse<RaisedAlert> raise(@Valid @NotNull ManualInvestigationRequest request) {
        AlertIntake.Stored stored = investigations.raise(caller.get(), request);
        return RestResponse.status(
                stored.created() ? RestResponse.Status.CREATED : RestResponse.Status.OK, new RaisedAlert(stored.id()));
    }
}

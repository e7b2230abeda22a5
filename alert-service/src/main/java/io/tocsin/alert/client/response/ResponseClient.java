package io.tocsin.alert.client.response;

import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// response-service, called with our own token for a tenant we name.
@RegisterRestClient(configKey = "response")
@OidcClientFilter
public interface ResponseClient {

    /// Starts an investigation, or answers the one that was started with this key.
    @POST
    @Path("/v1/investigations")
    StartedInvestigation investigate(
            @HeaderParam("Tocsin-Tenant") UUID tenant,
            @HeaderParam("Idempotency-Key") String key,
            InvestigationRequest request);
}

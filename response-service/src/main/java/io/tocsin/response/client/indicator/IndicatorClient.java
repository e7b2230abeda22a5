package io.tocsin.response.client.indicator;

import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// indicator-service, called with our own token for a tenant we name.
@RegisterRestClient(configKey = "indicator")
@OidcClientFilter
public interface IndicatorClient {

    /// Makes an indicator, or brings the one of its value up to date.
    @POST
    @Path("/v1/indicators")
    StoredIndicator submit(
            @HeaderParam("Tocsin-Tenant") UUID tenant,
            @HeaderParam("Idempotency-Key") String key,
            NewIndicator indicator);

    /// Which indicator decides over values.
    @POST
    @Path("/v1/indicators/match")
    Decided match(@HeaderParam("Tocsin-Tenant") UUID tenant, AskedValues values);

    /// Takes one of ours away.
    @DELETE
    @Path("/v1/indicators/{id}")
    void delete(@HeaderParam("Tocsin-Tenant") UUID tenant, @PathParam("id") String id);
}

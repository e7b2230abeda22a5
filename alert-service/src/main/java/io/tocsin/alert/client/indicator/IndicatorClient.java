package io.tocsin.alert.client.indicator;

import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// indicator-service, called with our own token for a tenant we name.
@RegisterRestClient(configKey = "indicator")
@OidcClientFilter
public interface IndicatorClient {

    /// One verdict per value, in order; at most 10,000 values.
    @POST
    @Path("/v1/indicators/match")
    MatchAnswer match(@HeaderParam("Tocsin-Tenant") UUID tenant, MatchRequest request);
}

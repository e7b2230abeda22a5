package io.tocsin.alert.client.indicator;

import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// indicator-service, asked while a caller waits: the answer comes soon or not at all.
@RegisterRestClient(configKey = "verdict")
@OidcClientFilter
public interface VerdictClient {

    /// One verdict per value, in order; at most 10,000 values.
    @POST
    @Path("/v1/indicators/match")
    MatchAnswer match(@HeaderParam("Tocsin-Tenant") UUID tenant, MatchRequest request);
}

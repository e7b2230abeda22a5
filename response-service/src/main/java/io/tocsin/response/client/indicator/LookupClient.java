package io.tocsin.response.client.indicator;

import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// What indicator-service says to a device, called with our own token for a tenant we name.
@RegisterRestClient(configKey = "indicator")
@OidcClientFilter
public interface LookupClient {

    /// Which values may have an indicator (docs/api.md).
    ///
    /// @param group name or id of the device group, or null
    /// @param system `windows`, `linux`, …, or null for what is for any
    @GET
    @Path("/v1/feeds/indicators/filter")
    @Produces("application/octet-stream")
    byte[] filter(
            @HeaderParam("Tocsin-Tenant") UUID tenant,
            @QueryParam("deviceGroup") String group,
            @QueryParam("os") String system);

    /// Which indicator decides over each value on a machine.
    @POST
    @Path("/v1/indicators/match")
    LookedUp match(@HeaderParam("Tocsin-Tenant") UUID tenant, Lookup lookup);
}

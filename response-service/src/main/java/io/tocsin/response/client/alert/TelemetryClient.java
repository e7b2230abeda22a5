package io.tocsin.response.client.alert;

import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// alert-service's intake of telemetry, called with our own token for a tenant we name.
@RegisterRestClient(configKey = "alert")
@OidcClientFilter
public interface TelemetryClient {

    /// Lines of JSON, as bytes: what is wrong with one of them is alert-service's to say.
    @POST
    @Path("/v1/events")
    @Consumes("application/x-ndjson")
    TelemetryReport send(
            @HeaderParam("Tocsin-Tenant") UUID tenant, @QueryParam("machineId") String onlyMachine, byte[] lines);
}

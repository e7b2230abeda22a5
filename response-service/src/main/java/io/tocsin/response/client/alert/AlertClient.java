package io.tocsin.response.client.alert;

import io.quarkus.oidc.client.filter.OidcClientFilter;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RegisterRestClient;

/// alert-service, called with our own token for a tenant we name.
@RegisterRestClient(configKey = "alert")
@OidcClientFilter
public interface AlertClient {

    /// Raises the alert of an investigation that somebody started by hand, or answers the one that is there.
    @POST
    @Path("/v1/alerts/manual-investigation")
    RaisedAlert raise(
            @HeaderParam("Tocsin-Tenant") UUID tenant,
            @HeaderParam("Idempotency-Key") String key,
            StartedByHand investigation);

    /// Changes what is thought of an alert.
    @PATCH
    @Path("/api/alerts/{id}")
    RaisedAlert change(@HeaderParam("Tocsin-Tenant") UUID tenant, @PathParam("id") String id, AlertChange change);
}

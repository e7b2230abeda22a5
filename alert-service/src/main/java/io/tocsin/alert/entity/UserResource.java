package io.tocsin.alert.entity;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.triage.AlertSelection;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CollectionBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;

/// `/api/users` (contract 60 §2), by the bare name of an account; their machines are response-service's.
@Path("/api/users")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class UserResource {

    private final EntityAlerts alerts;

    UserResource(EntityAlerts alerts) {
        this.alerts = alerts;
    }

    @GET
    @Path("/{id}/alerts")
    @Requires(Permission.ALERT_READ)
    public CollectionBody<Object> alerts(@PathParam("id") String id) {
        return alerts.of(AlertSelection.ofAccount(id.strip().toLowerCase(Locale.ROOT)));
    }
}

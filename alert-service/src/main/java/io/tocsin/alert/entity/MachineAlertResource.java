package io.tocsin.alert.entity;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.alert.triage.AlertSelection;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CollectionBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/// `/api/machines/{id}/alerts` (contract 20 §2): here, where alerts are shown, whoever serves the machine
/// itself (docs/adr/026).
@Path("/api/machines/{id}/alerts")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class MachineAlertResource {

    private final EntityAlerts alerts;
    private final MachineKeys machines;
    private final CurrentCaller caller;

    MachineAlertResource(EntityAlerts alerts, MachineKeys machines, CurrentCaller caller) {
        this.alerts = alerts;
        this.machines = machines;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.ALERT_READ)
    public CollectionBody<Object> list(@PathParam("id") String id) {
        return alerts.of(AlertSelection.ofMachine(machines.idOf(caller.get(), id)));
    }

    @GET
    @Path("/$count")
    @Produces(MediaType.TEXT_PLAIN)
    @Requires(Permission.ALERT_READ)
    public String count(@PathParam("id") String id) {
        return alerts.count(AlertSelection.ofMachine(machines.idOf(caller.get(), id)));
    }
}

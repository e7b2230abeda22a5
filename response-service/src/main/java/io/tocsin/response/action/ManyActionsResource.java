package io.tocsin.response.action;

import io.smallrye.common.annotation.RunOnVirtualThread;
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

/// `/v1/machineactions`: one action for many machines (docs/api.md).
@Path("/v1/machineactions")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class ManyActionsResource {

    private final ActionService actions;
    private final CurrentCaller caller;

    ManyActionsResource(ActionService actions, CurrentCaller caller) {
        this.actions = actions;
        this.caller = caller;
    }

    @POST
    @Idempotent
    @Requires({
        Permission.MACHINE_ISOLATE,
        Permission.MACHINE_SCAN,
        Permission.MACHINE_RESTRICT_EXECUTION,
        Permission.MACHINE_STOP_AND_QUARANTINE,
        Permission.MACHINE_COLLECT_FORENSICS
    })
    public ManyActions submit(@Valid @NotNull ManyActionsRequest request) {
        return actions.submitAll(caller.get(), request);
    }
}

package io.tocsin.response.machine;

import io.quarkus.security.ForbiddenException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.wire.CallerUri;
import io.tocsin.wire.CollectionBody;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;

/// What is on a machine and what is wrong with it (contract 20 §2, 80 §2).
@Path("/api/machines")
@RunOnVirtualThread
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class MachineInventoryResource {

    private static final String COLLECTION = "Collection(microsoft.windowsDefenderATP.api.%s)";

    private final MachineInventory inventory;
    private final MachineService machines;
    private final CurrentCaller caller;
    private final CallerUri uri;

    MachineInventoryResource(MachineInventory inventory, MachineService machines, CurrentCaller caller, CallerUri uri) {
        this.inventory = inventory;
        this.machines = machines;
        this.caller = caller;
        this.uri = uri;
    }

    @GET
    @Path("/{id}/software")
    @Requires(Permission.SOFTWARE_READ)
    public CollectionBody<Object> software(@PathParam("id") String id) {
        return list("Software", inventory.software(caller.get(), id));
    }

    /// Nobody tells Tocsin which vulnerabilities there are, so none is known of any machine
    /// (docs/compatibility.md).
    @GET
    @Path("/{id}/vulnerabilities")
    @Requires(Permission.VULNERABILITY_READ)
    public CollectionBody<Object> vulnerabilities(@PathParam("id") String id) {
        machines.get(caller.get(), id);
        return list(COLLECTION.formatted("PublicVulnerabilityDto"), List.of());
    }

    /// They follow from vulnerabilities, of which none is known.
    @GET
    @Path("/{id}/recommendations")
    @Requires(Permission.SECURITY_RECOMMENDATION_READ)
    public CollectionBody<Object> recommendations(@PathParam("id") String id) {
        machines.get(caller.get(), id);
        return list("Recommendations", List.of());
    }

    @GET
    @Path("/{id}/getmissingkbs")
    @Requires(Permission.SOFTWARE_READ)
    public CollectionBody<Object> missingKbs(@PathParam("id") String id) {
        if (caller.get().user()) {
            throw new ForbiddenException("It is for applications only");
        }
        return list(COLLECTION.formatted("PublicProductFixDto"), inventory.missingKbs(caller.get(), id));
    }

    private CollectionBody<Object> list(String context, List<?> value) {
        return new CollectionBody<>(uri.context(context), null, List.copyOf(value), null);
    }
}

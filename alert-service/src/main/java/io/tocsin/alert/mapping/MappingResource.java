package io.tocsin.alert.mapping;

import com.fasterxml.jackson.databind.JsonNode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.ChangesNothing;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/alert-mappings` (docs/api.md).
@Path("/v1/alert-mappings")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class MappingResource {

    private final AlertMappings mappings;
    private final CurrentCaller caller;

    MappingResource(AlertMappings mappings, CurrentCaller caller) {
        this.mappings = mappings;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.ALERT_READ)
    public MappingView.Page list() {
        return new MappingView.Page(mappings.all(caller.get().tenant()));
    }

    @GET
    @Path("/{name}")
    @Requires(Permission.ALERT_READ)
    public MappingView get(@PathParam("name") String name) {
        return mappings.get(caller.get().tenant(), name);
    }

    @PUT
    @Path("/{name}")
    @Requires(Permission.ALERT_READ_WRITE)
    public RestResponse<MappingView> put(@PathParam("name") String name, @NotNull MappingDefinition definition) {
        boolean created = mappings.put(caller.get(), name, definition);
        return RestResponse.status(
                created ? RestResponse.Status.CREATED : RestResponse.Status.OK,
                mappings.get(caller.get().tenant(), name));
    }

    @DELETE
    @Path("/{name}")
    @Requires(Permission.ALERT_READ_WRITE)
    public void delete(@PathParam("name") String name) {
        mappings.delete(caller.get(), name);
    }

    @POST
    @Path("/{name}/test")
    @ChangesNothing(because = "it says what a mapping would make of an event")
    @Requires(Permission.ALERT_READ)
    public TrialView tried(@PathParam("name") String name, @NotNull JsonNode event) {
        return mappings.tried(caller.get().tenant(), name, event);
    }
}

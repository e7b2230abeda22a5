package io.tocsin.response.devicegroup;

import io.smallrye.common.annotation.RunOnVirtualThread;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.identity.CurrentCaller;
import io.tocsin.identity.Permission;
import io.tocsin.identity.Requires;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.regex.Pattern;
import org.jboss.resteasy.reactive.RestResponse;

/// `/v1/device-groups` (docs/api.md).
@Path("/v1/device-groups")
@RunOnVirtualThread
@Consumes({MediaType.APPLICATION_JSON, MediaType.WILDCARD})
@Produces(MediaType.APPLICATION_JSON)
public class DeviceGroupResource {

    /// As it is answered: `+1` and `01` are no ids.
    private static final Pattern CANONICAL = Pattern.compile("0|[1-9][0-9]{0,8}");

    private final DeviceGroupService groups;
    private final CurrentCaller caller;

    DeviceGroupResource(DeviceGroupService groups, CurrentCaller caller) {
        this.groups = groups;
        this.caller = caller;
    }

    @GET
    @Requires(Permission.DEVICE_GROUP_READ)
    public DeviceGroupView.All list() {
        return groups.all(caller.get().tenant());
    }

    @GET
    @Path("/{id}")
    @Requires(Permission.DEVICE_GROUP_READ)
    public DeviceGroupView get(@PathParam("id") String id) {
        return groups.get(caller.get().tenant(), number(id));
    }

    @POST
    @Idempotent
    @Requires(Permission.DEVICE_GROUP_READ_WRITE)
    public RestResponse<DeviceGroupView> create(@Valid @NotNull DeviceGroupRequest request) {
        return RestResponse.status(RestResponse.Status.CREATED, groups.create(caller.get(), request));
    }

    @PATCH
    @Path("/{id}")
    @Requires(Permission.DEVICE_GROUP_READ_WRITE)
    public DeviceGroupView update(@PathParam("id") String id, @Valid @NotNull DeviceGroupRequest request) {
        return groups.update(caller.get(), number(id), request);
    }

    @DELETE
    @Path("/{id}")
    @Requires(Permission.DEVICE_GROUP_READ_WRITE)
    public void delete(@PathParam("id") String id) {
        groups.delete(caller.get(), number(id));
    }

    private static int number(String id) {
        if (!CANONICAL.matcher(id).matches()) {
            throw new ProblemException(ResponseProblem.DEVICE_GROUP_NOT_FOUND, "Device group " + id + " was not found");
        }
        return Integer.parseInt(id);
    }
}

package io.tocsin.response.agent;

import io.tocsin.wire.RequestOwner;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Opens an endpoint's routes to a device credential, once the request has its seat (it asks the database) and before
/// anything of its body is read.
public class DeviceAuthentication {

    private static final int ONCE_SEATED = Priorities.AUTHORIZATION + 300;

    private final Devices devices;
    private final RoutingContext request;

    DeviceAuthentication(Devices devices, RoutingContext request) {
        this.devices = devices;
        this.request = request;
    }

    @ServerRequestFilter(priority = ONCE_SEATED)
    public void authenticate(ResourceInfo resource) {
        if (resource.getResourceMethod().isAnnotationPresent(ByDevice.class)) {
            Device device = devices.current();
            new RequestOwner(device.tenant(), device.machineId(), false).remember(request);
        }
    }
}

package io.tocsin.response.agent;

import io.tocsin.wire.RequestOwner;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Finds out which device speaks once the request has its seat, before anything of its body is read.
public class DeviceFilter {

    private static final int ONCE_SEATED = Priorities.AUTHORIZATION + 300;

    private final Devices devices;
    private final RoutingContext request;

    DeviceFilter(Devices devices, RoutingContext request) {
        this.devices = devices;
        this.request = request;
    }

    @DeviceOnly
    @ServerRequestFilter(priority = ONCE_SEATED)
    public void authenticate() {
        Device device = devices.current();
        new RequestOwner(device.tenant(), device.machineId(), false).remember(request);
    }
}

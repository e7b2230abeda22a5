package io.tocsin.response.agent;

import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Opens an endpoint's routes to a device credential, before anything of the request's body is read.
public class DeviceAuthentication {

    private final Devices devices;

    DeviceAuthentication(Devices devices) {
        this.devices = devices;
    }

    @ServerRequestFilter(priority = Priorities.AUTHORIZATION)
    public void authenticate(ResourceInfo resource) {
        if (resource.getResourceMethod().isAnnotationPresent(ByDevice.class)) {
            devices.current();
        }
    }
}

package io.tocsin.limits;

import io.tocsin.wire.RequestOwner;
import io.tocsin.wire.RouteTemplate;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Asks for the call's leave once its caller is known and allowed, before anything of its body is read: what is known
/// to
/// be refused never takes a seat, and the database is asked only for who has one. It runs on the request's own virtual
/// thread.
public class CallLimitFilter {

    private static final int AFTER_AUTHORIZATION = Priorities.AUTHORIZATION + 100;
    private static final int ONCE_SEATED = Priorities.AUTHORIZATION + 250;

    private final CallLimits limits;
    private final RoutingContext request;
    private final ConcurrentHashMap<Method, String> routes = new ConcurrentHashMap<>();

    CallLimitFilter(CallLimits limits, RoutingContext request) {
        this.limits = limits;
        this.request = request;
    }

    @ServerRequestFilter(priority = AFTER_AUTHORIZATION)
    public void check(ResourceInfo resource) {
        RequestOwner owner = RequestOwner.of(request);
        if (owner.metered()) {
            limits.check(owner, route(resource));
        }
    }

    @ServerRequestFilter(priority = ONCE_SEATED)
    public void take(ResourceInfo resource) {
        RequestOwner owner = RequestOwner.of(request);
        if (owner.metered()) {
            limits.take(owner, route(resource));
        }
    }

    private String route(ResourceInfo resource) {
        Method method = resource.getResourceMethod();
        String known = routes.get(method);
        return known != null
                ? known
                : routes.computeIfAbsent(method, it -> RouteTemplate.of(resource.getResourceClass(), it));
    }
}

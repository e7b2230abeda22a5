package io.tocsin.idempotency;

import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RequestOwner;
import io.tocsin.wire.RouteTemplate;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.inject.Inject;
import jakarta.ws.rs.ConstrainedTo;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.RuntimeType;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.lang.reflect.Method;
import java.util.List;

/// Reads the key of a request and hashes its body as it is read, decoded.
@Provider
@ConstrainedTo(RuntimeType.SERVER)
@Priority(KeyFilter.BEHIND_THE_DECODER)
public class KeyFilter implements ContainerRequestFilter, ReaderInterceptor {

    static final String HEADER = "Idempotency-Key";
    static final int BEHIND_THE_DECODER = Priorities.USER + 100;

    private static final int LONGEST = 255;

    @Context
    ResourceInfo resource;

    @Inject
    RoutingContext request;

    @Override
    public void filter(ContainerRequestContext context) {
        List<String> keys = request.request().headers().getAll(HEADER);
        Method method = resource.getResourceMethod();
        if (keys.isEmpty() || !method.isAnnotationPresent(Idempotent.class)) {
            return;
        }
        String key = keys.getFirst();
        if (keys.size() > 1
                || key.isEmpty()
                || key.length() > LONGEST
                || !key.chars().allMatch(c -> c > ' ' && c < 0x7F)) {
            throw new ProblemException(IdempotencyProblem.INVALID_KEY);
        }
        String route = RouteTemplate.of(resource.getResourceClass(), method);
        new KeyedRequest(RequestOwner.of(request), path(route), key).remember(request);
    }

    /// The path as it is called, so that the same key for another machine or action is another key.
    private String path(String route) {
        return route.indexOf('{') < 0 ? route : request.request().method() + " " + request.normalizedPath();
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        KeyedRequest keyed = KeyedRequest.of(request);
        if (keyed != null) {
            context.setInputStream(keyed.hashed(context.getInputStream()));
        }
        return context.proceed();
    }
}

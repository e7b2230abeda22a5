package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/// The headers recorded on answers with an OData body (wire-facts §1). A bare `/$count` keeps its text/plain; errors
/// keep
/// plain JSON, without `OData-Version`.
@Provider
public class ODataHeaders implements ContainerResponseFilter {

    private static final String CONTENT_TYPE =
            "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";

    private static final String VERSION = "OData-Version";

    @Inject
    RoutingContext request;

    @Override
    public void filter(ContainerRequestContext in, ContainerResponseContext out) {
        if (!request.normalizedPath().startsWith(ApiPrefix.PLAIN)) {
            return;
        }
        Object body = out.getEntity();
        if (body instanceof CollectionBody<?> || body instanceof EntityBody<?> || body instanceof ValueBody) {
            out.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE);
            out.getHeaders().putSingle(VERSION, "4.0");
        } else if (out.getStatus() == 200 && request.normalizedPath().endsWith("/$count")) {
            out.getHeaders().putSingle(VERSION, "4.0");
        }
    }
}

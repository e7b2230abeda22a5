package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;

/// The headers recorded on answers with an OData body (wire-facts §1). Errors keep plain JSON, without `OData-Version`.
@Provider
public class ODataHeaders implements ContainerResponseFilter {

    private static final String CONTENT_TYPE =
            "application/json; odata.metadata=minimal; odata.streaming=true; charset=utf-8";

    @Inject
    RoutingContext request;

    @Override
    public void filter(ContainerRequestContext in, ContainerResponseContext out) {
        Object body = out.getEntity();
        if (body instanceof CollectionBody<?> || body instanceof EntityBody<?>) {
            if (request.normalizedPath().startsWith(ApiPrefix.PLAIN)) {
                out.getHeaders().putSingle(HttpHeaders.CONTENT_TYPE, CONTENT_TYPE);
                out.getHeaders().putSingle("OData-Version", "4.0");
            }
        }
    }
}

package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import java.io.InputStream;

/// Bounds every body and decodes gzip. A declared length over the bound is refused before a byte is read; what is found
/// out while reading ends the same way. A broken gzip stream is an `IOException` to whoever reads it, never a short
/// body.
@Provider
public class BodyBounds implements ContainerRequestFilter, ReaderInterceptor {

    /// 1 MiB: what a route reads that says nothing else.
    public static final long DEFAULT = 1024 * 1024;

    private static final String BOUND = "tocsin.max-body";

    @Context
    ResourceInfo resource;

    @Inject
    RoutingContext request;

    @Override
    public void filter(ContainerRequestContext context) {
        MaxBody own = resource.getResourceMethod().getAnnotation(MaxBody.class);
        long bound = own == null ? DEFAULT : own.value();
        request.put(BOUND, bound);
        if (declaredLength() > bound) {
            throw tooLarge(bound);
        }
        if (FormBounds.isForm(request.request())) {
            context.setEntityStream(new BoundedForm(
                    context.getEntityStream(), bound, () -> request.response().putHeader("Connection", "close")));
        }
    }

    private long declaredLength() {
        String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? 0 : Long.parseLong(length);
    }

    @Override
    public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
        Long bound = request.get(BOUND);
        InputStream body = context.getInputStream();
        String encoding = context.getHeaders().getFirst(HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            body = decoded(encoding, body);
        }
        context.setInputStream(new BoundedInputStream(body, bound == null ? DEFAULT : bound));
        return context.proceed();
    }

    private static InputStream decoded(String encoding, InputStream body) throws IOException {
        if (!encoding.equalsIgnoreCase("gzip")) {
            throw new ProblemException(
                    CommonProblem.INVALID_REQUEST_BODY, "Content-Encoding " + encoding + " is not supported; use gzip");
        }
        return new GunzippedStream(body);
    }

    static ProblemException tooLarge(long bound) {
        return new ProblemException(
                CommonProblem.REQUEST_TOO_LARGE,
                "The request body is larger than the " + bound + " bytes this route accepts");
    }
}

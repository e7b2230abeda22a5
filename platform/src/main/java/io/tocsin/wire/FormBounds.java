package io.tocsin.wire;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;

/// A form of several parts is written to disk before its route sees it, so it is bounded here. Every other body is
/// bounded by what its route reads ([BodyBounds]), and some have no bound.
@ApplicationScoped
class FormBounds {

    /// 32 MiB: more than any route takes.
    static final long LARGEST = 32L * 1024 * 1024;

    /// Behind Quarkus' own bound, which is the same for every request.
    private static final int LAST = 1;

    void register(@Observes Filters filters) {
        filters.register(FormBounds::handle, LAST);
    }

    private static void handle(RoutingContext context) {
        String type = context.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/")) {
            context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, LARGEST);
        }
        context.next();
    }
}

package io.tocsin.wire;

import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Locale;

/// A form of several parts is written to disk before its route sees it, so it is bounded here: by [BoundedForm] while
/// it is
/// read, and beyond that by Quarkus, which answers nothing but a status. Every other body is bounded by what its route
/// reads
/// ([BodyBounds]), and some have no bound.
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
        if (isForm(context.request())) {
            context.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, 2 * LARGEST);
        }
        context.next();
    }

    static boolean isForm(HttpServerRequest request) {
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("multipart/");
    }
}

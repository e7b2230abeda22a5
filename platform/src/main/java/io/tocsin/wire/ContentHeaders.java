package io.tocsin.wire;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.Locale;

/// Keeps JAX-RS from answering by a header before anybody has looked at the token. `Accept` is
/// read by feeds alone ([#accepts]): every other route has one form of answer. A `Content-Type` that is none is taken
/// for unknown bytes; where JSON is wanted, the route
/// answers 415 to them and to any other type, because it consumes `*/*` beside JSON and finds no reader.
@ApplicationScoped
public class ContentHeaders {

    private static final int AFTER_THE_PATH = 9_000;
    private static final String ACCEPT = "tocsin.accept";

    void register(@Observes Filters filters) {
        filters.register(ContentHeaders::handle, AFTER_THE_PATH);
    }

    private static void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        context.put(ACCEPT, String.join(",", request.headers().getAll(HttpHeaders.ACCEPT)));
        request.headers().remove(HttpHeaders.ACCEPT);
        String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && !isMediaType(type)) {
            request.headers().set(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_OCTET_STREAM);
        }
        context.next();
    }

    /// Whether the caller names this type among those he accepts.
    public static boolean accepts(RoutingContext request, String type) {
        String accepted = request.get(ACCEPT);
        return accepted != null && accepted.toLowerCase(Locale.ROOT).contains(type);
    }

    private static boolean isMediaType(String type) {
        try {
            MediaType.valueOf(type);
            return true;
        } catch (IllegalArgumentException notOne) {
            return false;
        }
    }
}

package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import org.jboss.logging.MDC;

/// The id of one request: `target` of its error, `X-Request-Id` of its answer, and in every line of its log.
public final class RequestId {

    /// The answer's header that carries the id.
    public static final String HEADER = "X-Request-Id";

    private static final String KEY = "tocsin.request-id";

    private RequestId() {}

    /// Gives the request an id of its own, or keeps the one it got at the service that forwarded it.
    static void assign(RoutingContext request) {
        String id = given(request.request().getHeader(PeerForwarder.FORWARDED)).toString();
        request.put(KEY, id);
        MDC.put("requestId", id);
        answer(request);
    }

    private static UUID given(String forwarded) {
        try {
            return forwarded == null ? UUID.randomUUID() : UUID.fromString(forwarded);
        } catch (IllegalArgumentException notAnId) {
            return UUID.randomUUID();
        }
    }

    static void answer(RoutingContext request) {
        request.response().putHeader(HEADER, of(request));
    }

    /// The id of the request, never null.
    public static String of(RoutingContext request) {
        String id = request.get(KEY);
        return id == null ? UUID.randomUUID().toString() : id;
    }
}

package io.tocsin.wire;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;

/// The headers of every answer, whatever it is. How it travelled (wire-facts §1): what a cache must tell apart, and
/// over TLS that it is to be TLS from now on. What nobody may do with it: keep it, since nearly every answer is about
/// a customer's machines and people; take it for anything but what its type says; show it as a page. A route may say
/// the first and the last otherwise.
final class TransportHeaders {

    private static final String TRANSPORT_SECURITY = "Strict-Transport-Security";
    private static final String ONE_YEAR = "max-age=31536000; includeSubDomains";
    private static final String CONTENT_TYPE_OPTIONS = "X-Content-Type-Options";
    private static final String CONTENT_POLICY = "Content-Security-Policy";
    private static final String NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

    private TransportHeaders() {}

    static void answer(RoutingContext request) {
        request.addHeadersEndHandler(unused -> {
            HttpServerResponse response = request.response();
            if (response.headers().contains(HttpHeaders.CONTENT_TYPE)) {
                response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
            }
            response.putHeader(CONTENT_TYPE_OPTIONS, "nosniff");
            if (!response.headers().contains(CONTENT_POLICY)) {
                response.putHeader(CONTENT_POLICY, NO_PAGE);
            }
            if (!response.headers().contains(HttpHeaders.CACHE_CONTROL)) {
                response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
            }
            if ("https".equals(request.request().scheme())) {
                response.putHeader(TRANSPORT_SECURITY, ONE_YEAR);
            }
        });
    }
}

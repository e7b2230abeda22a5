package io.tocsin.wire;

import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;

/// The headers of every answer that say how it travelled (wire-facts §1): what a cache must tell apart, and over TLS
/// that it is to be TLS from now on.
final class TransportHeaders {

    private static final String TRANSPORT_SECURITY = "Strict-Transport-Security";
    private static final String ONE_YEAR = "max-age=31536000; includeSubDomains";

    private TransportHeaders() {}

    static void answer(RoutingContext request) {
        request.addHeadersEndHandler(unused -> {
            HttpServerResponse response = request.response();
            if (response.headers().contains(HttpHeaders.CONTENT_TYPE)) {
                response.putHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
            }
            if ("https".equals(request.request().scheme())) {
                response.putHeader(TRANSPORT_SECURITY, ONE_YEAR);
            }
        });
    }
}

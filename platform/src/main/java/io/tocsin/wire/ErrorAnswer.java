package io.tocsin.wire;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/// Answers a failure with the envelope, from inside JAX-RS or before it.
final class ErrorAnswer {

    static final String JSON = "application/json; charset=utf-8";

    private ErrorAnswer() {}

    static Response response(RoutingContext request, ProblemType type, String message) {
        Response.ResponseBuilder answer = Response.status(type.status())
                .header(HttpHeaders.CONTENT_TYPE, JSON)
                .entity(ErrorBody.of(type, message, RequestId.of(request)));
        if (type.status() == 401) {
            answer.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        if (type.status() == 429 || type.status() == 503) {
            answer.header(HttpHeaders.RETRY_AFTER, 1);
        }
        return answer.build();
    }

    static void end(RoutingContext request, ProblemType type, String message) {
        request.response()
                .setStatusCode(type.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, JSON)
                .end(envelope(type, message, RequestId.of(request)));
    }

    static Buffer envelope(ProblemType type, String message, String requestId) {
        var detail = new JsonObject()
                .put("code", type.code())
                .put("message", message)
                .put("target", requestId);
        return new JsonObject().put("error", detail).toBuffer();
    }
}

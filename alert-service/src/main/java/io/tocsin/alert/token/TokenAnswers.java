package io.tocsin.alert.token;

import io.tocsin.wire.RequestId;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;

/// Answers in the authority's form, not in the platform's envelope: token libraries read that one.
@RequestScoped
class TokenAnswers {

    private static final String CORRELATION_HEADER = "client-request-id";
    private static final String ID = "[0-9a-fA-F-]{36}";

    private final RoutingContext request;

    TokenAnswers(RoutingContext request) {
        this.request = request;
    }

    /// What a route of the authority does.
    interface Answer {
        Object get() throws TokenRefusal;
    }

    Response of(Answer answer) {
        try {
            return Response.ok(answer.get())
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build();
        } catch (TokenRefusal refusal) {
            return of(refusal);
        }
    }

    private Response of(TokenRefusal refusal) {
        Response.Status status = refusal.problem().status();
        var answer = Response.status(status).header(HttpHeaders.CACHE_CONTROL, "no-store");
        switch (status) {
            case TOO_MANY_REQUESTS ->
                answer.header(HttpHeaders.RETRY_AFTER, TokenLimit.secondsLeft(System.currentTimeMillis()));
            case SERVICE_UNAVAILABLE -> answer.header(HttpHeaders.RETRY_AFTER, 1);
            default -> {}
        }
        return answer.entity(TokenErrorView.of(refusal, RequestId.of(request), correlationId()))
                .build();
    }

    private String correlationId() {
        String given = request.request().getHeader(CORRELATION_HEADER);
        return given != null && given.matches(ID) ? given : RequestId.of(request);
    }

    /// Where the request comes from.
    String address() {
        return request.request().remoteAddress().hostAddress();
    }
}

package io.tocsin.alert.token;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/// The error body of the token routes, as the token libraries expect it.
///
/// @param error the OAuth 2.0 error code
/// @param description `AADSTS…: text`
/// @param errorCodes the AADSTS number
/// @param timestamp when, to the second
/// @param traceId the request id
/// @param correlationId the id the client gave its request, else the request id
@RegisterForReflection
record TokenErrorView(
        String error,

        @JsonProperty("error_description") String description,

        @JsonProperty("error_codes") List<Integer> errorCodes,

        String timestamp,

        @JsonProperty("trace_id") String traceId,

        @JsonProperty("correlation_id") String correlationId) {

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss'Z'").withZone(ZoneOffset.UTC);

    static TokenErrorView of(TokenRefusal refusal, String requestId, String correlationId) {
        TokenProblem problem = refusal.problem();
        String now = SECONDS.format(Instant.now());
        return new TokenErrorView(
                problem.error(),
                "AADSTS" + problem.number() + ": " + refusal.getMessage() + " Trace ID: " + requestId
                        + " Correlation ID: " + correlationId + " Timestamp: " + now,
                List.of(problem.number()),
                now,
                requestId,
                correlationId);
    }
}

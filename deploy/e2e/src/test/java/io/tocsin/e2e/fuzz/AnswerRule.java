package io.tocsin.e2e.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Set;

/// What every answer is, whatever was asked: a success, the contract's envelope (contract 00 §3), one of the recorded
/// empty
/// answers, a token error in the authority's shape, or the HTTP server's own refusal of what it cannot parse. Never a
/// 500.
final class AnswerRule {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Set<String> CODES = Set.of(
            "BadRequest",
            "ODataError",
            "InvalidInput",
            "InvalidRequestBody",
            "InvalidHashValue",
            "InvalidDomainName",
            "InvalidIpAddress",
            "InvalidUrl",
            "MaximumBatchSizeExceeded",
            "MissingRequiredParameter",
            "OsPlatformNotSupported",
            "ClientVersionNotSupported",
            "ActiveRequestAlreadyExists",
            "Unauthorized",
            "Forbidden",
            "DisabledFeature",
            "DisallowedOperation",
            "NotFound",
            "ResourceNotFound",
            "TooManyRequests",
            "ServiceUnavailable",
            "IdempotencyKeyReused",
            "RequestInProgress");

    /// Refusals Netty makes before a request exists; `docs/compatibility.md` lists them.
    private static final Set<Integer> SERVERS_OWN = Set.of(400, 413, 414, 431, 501, 505);

    private AnswerRule() {}

    /// The kind of the answer, for the count.
    ///
    /// @throws BrokenRule when it is none
    static String kindOf(RawRequest request, RawAnswer answer) {
        String id = answer.header("x-request-id");
        if (id == null && (answer.status() == 0 || SERVERS_OWN.contains(answer.status()))) {
            if (answer.status() == 400 && request.isHttp()) {
                throw new BrokenRule("a bare 400 to a request that is one");
            }
            return "the HTTP server's own";
        }
        if (answer.status() >= 200 && answer.status() < 300) {
            successful(answer);
            return "success";
        }
        if (answer.status() < 400 || answer.status() >= 500 && answer.status() != 503) {
            throw new BrokenRule("status " + answer.status());
        }
        if (request.method().equals("HEAD")) {
            return "refused";
        }
        if (answer.body().length == 0) {
            empty(answer);
            return "empty " + answer.status();
        }
        JsonNode error = json(answer).path("error");
        if (error.isTextual()) {
            tokenError(answer);
            return "token error";
        }
        envelope(error, id);
        return "envelope " + answer.status();
    }

    private static void successful(RawAnswer answer) {
        String type = answer.header("content-type");
        if (answer.body().length > 0 && type != null && type.startsWith("application/json")) {
            json(answer);
        }
    }

    private static void empty(RawAnswer answer) {
        boolean recorded = answer.status() == 404 || answer.status() == 405 && answer.header("allow") != null;
        if (!recorded) {
            throw new BrokenRule("an empty body");
        }
    }

    private static void tokenError(RawAnswer answer) {
        if (!json(answer).path("error_description").isTextual()) {
            throw new BrokenRule("a token error without its description");
        }
    }

    private static void envelope(JsonNode error, String id) {
        if (!CODES.contains(error.path("code").asText())) {
            throw new BrokenRule("a code that is not the contract's");
        }
        if (error.path("message").asText().isBlank() || error.size() != 3) {
            throw new BrokenRule("an envelope with other keys than code, message and target");
        }
        if (id == null || !id.equals(error.path("target").asText())) {
            throw new BrokenRule("a target that is not the request id");
        }
    }

    private static JsonNode json(RawAnswer answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException notJson) {
            throw new BrokenRule("a body that is not JSON");
        }
    }

    /// The answer is none of what it may be.
    static final class BrokenRule extends RuntimeException {
        BrokenRule(String message) {
            super(message);
        }
    }
}

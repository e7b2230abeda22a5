package io.tocsin.alert.token;

import jakarta.ws.rs.core.Response.Status;

/// The refusals of the token routes, in the authority's own words: clients match on `error` and on the AADSTS number.
enum TokenProblem {
    INVALID_REQUEST("invalid_request", 900144, Status.BAD_REQUEST),
    UNKNOWN_TENANT("invalid_request", 90002, Status.BAD_REQUEST),
    UNSUPPORTED_GRANT_TYPE("unsupported_grant_type", 70003, Status.BAD_REQUEST),
    INVALID_RESOURCE("invalid_resource", 500011, Status.BAD_REQUEST),
    INVALID_CLIENT("invalid_client", 7000215, Status.UNAUTHORIZED),
    SECRET_MISSING("invalid_client", 7000218, Status.UNAUTHORIZED),
    TOO_MANY_REQUESTS("temporarily_unavailable", 90055, Status.TOO_MANY_REQUESTS),
    TEMPORARILY_UNAVAILABLE("temporarily_unavailable", 90033, Status.SERVICE_UNAVAILABLE);

    private final String error;
    private final int number;
    private final Status status;

    TokenProblem(String error, int number, Status status) {
        this.error = error;
        this.number = number;
        this.status = status;
    }

    String error() {
        return error;
    }

    int number() {
        return number;
    }

    Status status() {
        return status;
    }
}

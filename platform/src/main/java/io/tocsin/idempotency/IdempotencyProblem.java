package io.tocsin.idempotency;

import io.tocsin.wire.ProblemType;

/// What a caller can meet who sends an `Idempotency-Key`.
enum IdempotencyProblem implements ProblemType {
    INVALID_KEY("InvalidInput", 400, "Idempotency-Key is not 1 to 255 visible ASCII characters"),
    STILL_WORKING("RequestInProgress", 409, "A request with this Idempotency-Key is still being worked on"),
    OTHER_REQUEST("IdempotencyKeyReused", 422, "This Idempotency-Key was used for a request with another body");

    private final String code;
    private final int status;
    private final String title;

    IdempotencyProblem(String code, int status, String title) {
        this.code = code;
        this.status = status;
        this.title = title;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public int status() {
        return status;
    }

    @Override
    public String title() {
        return title;
    }
}

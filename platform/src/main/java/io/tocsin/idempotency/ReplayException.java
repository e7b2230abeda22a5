package io.tocsin.idempotency;

/// Ends a request with the answer of the first one with its key.
final class ReplayException extends RuntimeException {

    private final transient Answer answer;

    ReplayException(Answer answer) {
        super("replayed", null, false, false);
        this.answer = answer;
    }

    Answer answer() {
        return answer;
    }
}

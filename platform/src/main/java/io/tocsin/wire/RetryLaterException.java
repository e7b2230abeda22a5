package io.tocsin.wire;

/// A refusal that will not stand: its answer says in `Retry-After` when to come again. It has no stack trace, since it
/// is
/// thrown most when there is least time for it.
public final class RetryLaterException extends ProblemException {

    private final long seconds;

    /// @param seconds after which the same request may succeed, at least 1
    public RetryLaterException(ProblemType type, String message, long seconds) {
        super(type, message);
        this.seconds = seconds;
    }

    /// What `Retry-After` says.
    public long seconds() {
        return seconds;
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}

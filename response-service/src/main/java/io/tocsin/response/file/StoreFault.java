package io.tocsin.response.file;

import io.quarkus.logging.Log;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.RetryLaterException;

/// What becomes of a call that a store of files did not do: a line in the log, and a caller who may come again.
final class StoreFault {

    private static final long SOON = 10;

    private StoreFault() {}

    /// @param reason without names and addresses
    static RetryLaterException of(String operation, String reason) {
        Log.warnf("The file store does not do what it is asked: operation=%s reason=%s", operation, reason);
        return new RetryLaterException(
                ResponseProblem.FILE_STORE_UNREACHABLE, ResponseProblem.FILE_STORE_UNREACHABLE.title(), SOON);
    }
}

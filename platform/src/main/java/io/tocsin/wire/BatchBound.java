package io.tocsin.wire;

/// Bounds the items of one request (contract 00 §3).
public final class BatchBound {

    private BatchBound() {}

    /// @param items what is counted, in the plural
    /// @throws ProblemException `MaximumBatchSizeExceeded` with the received and the allowed count
    public static void check(int received, int allowed, String items) {
        if (received > allowed) {
            throw new ProblemException(
                    CommonProblem.MAXIMUM_BATCH_SIZE_EXCEEDED,
                    "Received " + received + " " + items + "; at most " + allowed + " are allowed");
        }
    }
}

package io.tocsin.idempotency;

import java.util.Map;

/// What is known of a key.
sealed interface Found {

    /// Nothing: the request may be worked on.
    record Free() implements Found {}

    /// Another request with the key is being worked on.
    record Busy() implements Found {}

    /// A request with the key was answered.
    ///
    /// @param answer sealed
    /// @param withDataKey whether it is sealed with a data key, too; the release before did not
    record Finished(byte[] requestHash, int status, Map<String, String> headers, byte[] answer, boolean withDataKey)
            implements Found {}
}

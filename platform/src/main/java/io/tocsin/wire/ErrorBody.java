package io.tocsin.wire;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The error envelope of contract 00 §3, the only error body there is.
///
/// @param error what went wrong
@RegisterForReflection
public record ErrorBody(Detail error) {

    /// @param code from the contract's fixed list
    /// @param message for a person; may change
    /// @param target the request id, also in the log
    @RegisterForReflection
    public record Detail(String code, String message, String target) {}

    /// The envelope of one failure.
    public static ErrorBody of(ProblemType type, String message, String requestId) {
        return new ErrorBody(new Detail(type.code(), message, requestId));
    }
}

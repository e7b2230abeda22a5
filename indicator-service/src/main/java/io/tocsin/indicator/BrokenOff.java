package io.tocsin.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.ProblemException;

/// The last line of an answer that ends before everything is told.
///
/// @param after the id of the last that was told
@RegisterForReflection
public record BrokenOff(String after, Fault error) {

    /// Why.
    @RegisterForReflection
    public record Fault(String code, String message) {}

    public static BrokenOff of(long after, ProblemException why) {
        return new BrokenOff(Long.toString(after), new Fault(why.type().code(), why.getMessage()));
    }
}

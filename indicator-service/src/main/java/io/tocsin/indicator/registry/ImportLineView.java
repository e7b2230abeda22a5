package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What became of one line.
///
/// @param result `Created`, `Updated`, `Unchanged`, `Refused`; of a dry run `Valid` or `Refused`; null when the
///     stream
/// ended
@RegisterForReflection
record ImportLineView(long line, String indicatorValue, String id, String result, Fault error) {

    record Fault(String code, String message) {}
}

package io.tocsin.indicator.feed;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The last line of a snapshot: one without it broke off.
///
/// @param cursor where the changes since begin
@RegisterForReflection
record SnapshotEnd(String cursor, long indicators) {}

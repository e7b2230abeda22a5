package io.tocsin.feed;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// The last line of a page: a page without one broke off.
///
/// @param cursor where to go on
/// @param more whether there is more to look at already
@RegisterForReflection
record PageEnd(String cursor, boolean more) {}

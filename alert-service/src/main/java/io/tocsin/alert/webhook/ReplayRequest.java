package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Size;

/// Where to go on: one of the two.
///
/// @param cursor of a line or event that was received, or of a feed of alerts or incidents
/// @param from `beginning`, `now` or a time
@RegisterForReflection
public record ReplayRequest(
        @Size(max = 256) String cursor, @Size(max = 64) String from) {}

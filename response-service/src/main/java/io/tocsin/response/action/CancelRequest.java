package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Size;

/// The body of a cancellation; it may be missing.
@RegisterForReflection
public record CancelRequest(@Size(max = 4000) String comment) {}

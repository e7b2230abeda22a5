package io.tocsin.response.action;

import jakarta.validation.constraints.Size;

/// The body of a cancellation; it may be missing.
public record CancelRequest(@Size(max = 4000) String comment) {}

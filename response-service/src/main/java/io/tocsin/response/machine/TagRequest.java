package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;

/// One tag to add or to remove (contract 20 §2).
///
/// @param action `Add` or `Remove`, in any case
@RegisterForReflection
public record TagRequest(@NotBlank String value, @NotBlank String action) {}

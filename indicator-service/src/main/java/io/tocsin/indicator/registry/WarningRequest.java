package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// @param reason told to whoever wants to block it
@RegisterForReflection
public record WarningRequest(
        @NotBlank String type,
        @NotBlank @Size(max = 2048) String value,
        @NotBlank @Size(max = 512) String reason) {}

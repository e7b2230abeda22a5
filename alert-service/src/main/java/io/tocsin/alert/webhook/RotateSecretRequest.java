package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// @param overlapHours for how long the secret before signs, too; 0 when it was leaked
@RegisterForReflection
public record RotateSecretRequest(@Min(0) @Max(168) Integer overlapHours) {}

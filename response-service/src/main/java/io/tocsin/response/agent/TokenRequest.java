package io.tocsin.response.agent;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;

/// @param expiresInSeconds 60 to 604,800; 86,400 when absent
@RegisterForReflection
public record TokenRequest(@Min(60) @Max(604_800) Long expiresInSeconds) {}

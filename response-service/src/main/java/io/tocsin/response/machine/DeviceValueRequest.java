package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;

/// How much a machine matters (contract 20 §2).
@RegisterForReflection
public record DeviceValueRequest(@NotBlank String deviceValue) {}

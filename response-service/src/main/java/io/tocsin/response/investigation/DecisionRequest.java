package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// Why a remediation is approved or rejected.
@RegisterForReflection
public record DecisionRequest(@NotBlank @Size(max = 4000) String comment) {}

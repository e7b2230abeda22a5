package io.tocsin.response.playbook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// Why a run may go on, or not.
@RegisterForReflection
public record StepDecision(@NotBlank @Size(max = 4000) String comment) {}

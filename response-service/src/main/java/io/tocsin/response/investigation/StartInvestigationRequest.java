package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// Why a person or an application asks for an investigation (contract 40 §2).
@RegisterForReflection
public record StartInvestigationRequest(
        @NotBlank @Size(max = 4000) String comment) {}

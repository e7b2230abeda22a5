package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/// The body of an action (contract 30 §3, edmx-facts "Actions").
@RegisterForReflection
public record ActionRequest(
        @NotBlank @Size(max = 4000) String comment,
        String isolationType,
        String scanType,
        @Size(max = 256) String externalId,
        @Size(max = 256) String title) {}

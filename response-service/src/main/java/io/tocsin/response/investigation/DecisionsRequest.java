package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Size;
import java.util.List;

/// Why many remediations are approved, rejected or taken back together.
@RegisterForReflection
public record DecisionsRequest(
        @NotEmpty @Size(max = 100) List<@NotBlank @Size(max = 64) String> ids,
        @NotBlank @Size(max = 4000) String comment) {}

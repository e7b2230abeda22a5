package io.tocsin.response.agent;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;

/// An agent's report of an action.
@RegisterForReflection
public record ResultRequest(
        @NotBlank @Size(max = 64) String leaseId,
        @NotNull Outcome status,
        Integer errorHResult,
        @Size(max = 4000) String message) {

    /// How a command can end.
    public enum Outcome {
        Succeeded,
        Failed
    }
}

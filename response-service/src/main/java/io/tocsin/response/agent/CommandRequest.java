package io.tocsin.response.agent;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// An agent's report of one command of a live response.
@RegisterForReflection
public record CommandRequest(
        @NotBlank @Size(max = 64) String leaseId,
        @NotNull Progress status,
        @Size(max = 20) List<@NotNull @Size(max = 4000) String> errors) {

    /// How a command stands.
    public enum Progress {
        Executing,
        Completed,
        Failed
    }
}

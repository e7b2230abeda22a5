package io.tocsin.response.agent;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;

/// @param values at most 100
@RegisterForReflection
public record MatchRequest(@NotNull @Size(max = 100) List<@NotNull @Valid Value> values) {

    /// @param type as `indicatorType` of the contract
    public record Value(
            @NotBlank @Size(max = 64) String type,
            @NotNull @Size(max = 8192) String value) {}
}

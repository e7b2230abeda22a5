package io.tocsin.indicator.matching;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/// @param values at most 10,000
@RegisterForReflection
public record MatchRequest(@NotNull List<@NotNull @Valid Observable> values) {

    /// @param type as `indicatorType` of the contract
    /// @param value in any form the type has
    public record Observable(@NotBlank String type, @NotNull String value) {}
}

package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/// `{"IndicatorIds":["1","2"]}`: 1 to 500.
@RegisterForReflection
public record BatchDeleteRequest(@NotNull List<@NotNull String> indicatorIds) {}

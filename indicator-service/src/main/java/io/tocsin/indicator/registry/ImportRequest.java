package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/// `{"Indicators":[…]}`; items are read one by one, so that a wrong one harms no other.
@RegisterForReflection
public record ImportRequest(@NotNull List<JsonNode> indicators) {}

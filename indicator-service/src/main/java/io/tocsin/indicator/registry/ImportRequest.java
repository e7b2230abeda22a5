package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.validation.constraints.NotNull;
import java.util.List;

/// `{"Indicators":[…]}`; items are read one by one, so that a wrong one harms no other.
public record ImportRequest(@NotNull List<JsonNode> indicators) {}

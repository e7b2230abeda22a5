package io.tocsin.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// A single value of OData, such as an address (contract 00 §4).
@JsonPropertyOrder({"@odata.context", "value"})
@RegisterForReflection
public record ValueBody(@JsonProperty("@odata.context") String context, String value) {}

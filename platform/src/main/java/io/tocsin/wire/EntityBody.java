package io.tocsin.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// A single entity: its properties inline behind `@odata.context` (contract 00 §4).
///
/// @param context `<base>/$metadata#Alerts/$entity`
/// @param entity the entity whose properties are written inline
@JsonPropertyOrder({"@odata.context"})
@RegisterForReflection
public record EntityBody<T>(
        @JsonProperty("@odata.context") String context,
        @JsonUnwrapped T entity) {}

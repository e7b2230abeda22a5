package io.tocsin.response.client.alert;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;

/// What changes of an alert; null stays as it is.
@RegisterForReflection
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AlertChange(String status, String classification, String determination) {}

package io.tocsin.response.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// @param id a number, as text
@RegisterForReflection
public record StoredIndicator(String id) {}

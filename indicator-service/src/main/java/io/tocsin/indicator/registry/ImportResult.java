package io.tocsin.indicator.registry;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// What became of one item (contract 50 §4).
@RegisterForReflection
public record ImportResult(String id, String indicator, boolean isFailed, String failureReason) {}

package io.tocsin.response.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;

/// An indicator as we ask for it (contract 50 §1).
///
/// @param expirationTime in the wire's form
@RegisterForReflection
public record NewIndicator(
        String indicatorValue,
        String indicatorType,
        String action,
        String title,
        String description,
        String severity,
        String expirationTime,
        boolean generateAlert,
        String application) {}

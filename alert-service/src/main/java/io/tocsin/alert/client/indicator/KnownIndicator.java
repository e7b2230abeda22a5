package io.tocsin.alert.client.indicator;

import java.util.List;

/// What an alert takes over from the indicator that raised it.
public record KnownIndicator(
        String id,
        String indicatorType,
        String indicatorValue,
        String title,
        String description,
        String severity,
        int category,
        String recommendedActions,
        List<String> mitreTechniques) {}

package io.tocsin.alert.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Objects;

/// What an alert takes over from the indicator that raised it. Only the id is always there (contract 50 §1).
@RegisterForReflection
public record KnownIndicator(
        String id,
        String indicatorType,
        String indicatorValue,
        String title,
        String description,
        String severity,
        int category,
        String recommendedActions,
        List<String> mitreTechniques) {

    /// The indicator's severity; `Informational`, its default, when it has none.
    public String alertSeverity() {
        return severity == null ? "Informational" : severity;
    }

    /// The indicator's title, or what it is about.
    public String alertTitle() {
        return title == null || title.isBlank() ? "Indicator " + indicatorValue + " was seen" : title;
    }

    /// Never null.
    public List<String> techniques() {
        return mitreTechniques == null
                ? List.of()
                : mitreTechniques.stream().filter(Objects::nonNull).toList();
    }
}

package io.tocsin.alert.detection;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.alert.sigma.LogSource;

/// Which events a rule is about, as it says itself.
@RegisterForReflection
public record LogSourceView(String product, String category, String service) {

    static LogSourceView of(LogSource source) {
        return new LogSourceView(source.product(), source.category(), source.service());
    }
}

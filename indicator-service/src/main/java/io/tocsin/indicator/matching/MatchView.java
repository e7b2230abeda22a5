package io.tocsin.indicator.matching;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// One verdict per value, in order (docs/api.md).
@RegisterForReflection
public record MatchView(List<Verdict> value) {

    /// @param action the effective one, null without a match
    public record Verdict(
            String type,
            String value,
            boolean matched,
            String action,
            boolean generateAlert,
            MatchedIndicator indicator) {}

    /// The deciding indicator.
    public record MatchedIndicator(
            String id,
            String indicatorType,
            String indicatorValue,
            String action,
            String title,
            String description,
            String severity,
            int category,
            String recommendedActions,
            List<String> mitreTechniques,
            WireTime expirationTime) {}
}

package io.tocsin.indicator.matching;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// One verdict per value, in order (docs/api.md).
@RegisterForReflection
public record MatchView(List<Verdict> value) {

    /// @param action the effective one, null without a match
    /// @param rule what made the deciding indicator win over the next one, null without a match
    /// @param candidates all that speak of the value, the deciding one first
    public record Verdict(
            String type,
            String value,
            boolean matched,
            String action,
            boolean generateAlert,
            MatchedIndicator indicator,
            String rule,
            List<Considered> candidates) {}

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

    /// @param lostBy the rule by which the deciding one beats it, or why it does not count; null of the deciding one
    public record Considered(
            String id,
            String indicatorType,
            String indicatorValue,
            String action,
            List<String> rbacGroupNames,
            List<String> rbacGroupIds,
            String lostBy) {}
}

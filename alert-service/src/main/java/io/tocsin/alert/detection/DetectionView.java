package io.tocsin.alert.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A rule as a tenant has it (docs/api.md).
///
/// @param origin `BuiltIn` or `Custom`
/// @param severity of its alerts: the tenant's, else the rule's own
/// @param ruleSeverity what the rule itself says; null when it cannot be used
/// @param exclusions selections whose events raise no alert
/// @param problem why the rule cannot be used by this release; null when it can
/// @param alertsLastDay alerts it raised in the last 24 hours
/// @param suppressedLastDay hits of that time beyond what a rule may raise in an hour
/// @param rule the document; null in the list
@RegisterForReflection
public record DetectionView(
        String id,
        String title,
        String description,
        String origin,
        boolean enabled,
        String severity,
        String ruleSeverity,
        String category,
        List<String> mitreTechniques,
        LogSourceView logSource,
        List<String> falsePositives,
        JsonNode exclusions,
        String problem,
        long alertsLastDay,
        long suppressedLastDay,
        String createdBy,
        WireTime createdTime,
        String lastUpdatedBy,
        WireTime lastUpdateTime,
        String rule) {

    /// Built-in rules first, then the tenant's, oldest first.
    @RegisterForReflection
    public record All(List<DetectionView> value) {}
}

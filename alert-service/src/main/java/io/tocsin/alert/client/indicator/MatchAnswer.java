package io.tocsin.alert.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Set;

/// @param value one verdict per asked value, in order
@RegisterForReflection
public record MatchAnswer(List<Verdict> value) {

    /// @param indicator the deciding one, null without a match
    public record Verdict(
            String type,
            String value,
            boolean matched,
            String action,
            boolean generateAlert,
            KnownIndicator indicator) {

        private static final Set<String> ALERTING = Set.of("Audit", "Alert", "AlertAndBlock");

        /// Whether the indicator asks for an alert, by its flag or by its action (contract 50 §5).
        public boolean wantsAlert() {
            return matched && indicator != null && (generateAlert || action != null && ALERTING.contains(action));
        }
    }
}

package io.tocsin.alert.client.indicator;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// @param value one verdict per asked value, in order
@RegisterForReflection
public record MatchAnswer(List<Verdict> value) {

    /// @param indicator the deciding one, null without a match
    /// @param candidates all that speak of the value, also those that do not count; null when nobody says
    public record Verdict(
            String type,
            String value,
            boolean matched,
            String action,
            boolean generateAlert,
            KnownIndicator indicator,
            List<Candidate> candidates) {

        private static final Set<String> ALERTING = Set.of("Audit", "Alert", "AlertAndBlock");
        private static final String ANOTHER_GROUP = "AnotherDeviceGroup";

        /// Whether it is another one for machines of some device groups.
        public boolean dependsOnMachine() {
            return candidates != null
                    && candidates.stream().anyMatch(candidate -> ANOTHER_GROUP.equals(candidate.lostBy()));
        }

        /// The ids of all that speak of it.
        public Set<String> ids() {
            Set<String> ids = new HashSet<>();
            if (matched && indicator != null) {
                ids.add(indicator.id());
            }
            if (candidates != null) {
                candidates.forEach(candidate -> ids.add(candidate.id()));
            }
            return ids;
        }

        /// Whether the indicator asks for an alert, by its flag or by its action (contract 50 §5).
        public boolean wantsAlert() {
            return matched && indicator != null && (generateAlert || action != null && ALERTING.contains(action));
        }
    }

    /// @param lostBy why it does not decide, null of the one that does
    public record Candidate(String id, String lostBy) {}
}

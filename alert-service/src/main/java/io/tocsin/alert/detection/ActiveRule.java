package io.tocsin.alert.detection;

import io.tocsin.alert.sigma.EventTest;
import io.tocsin.alert.sigma.SigmaLevel;
import io.tocsin.alert.sigma.SigmaRule;
import java.util.List;

/// A rule as a tenant has it in force.
///
/// @param severity the rule's own, or what the tenant made of it
record ActiveRule(String id, SigmaRule rule, boolean builtIn, String severity, List<EventTest> exclusions) {

    ActiveRule {
        exclusions = List.copyOf(exclusions);
    }

    boolean hits(DetectionEvent event) {
        return matches(event) && !isExcluded(event);
    }

    boolean matches(DetectionEvent event) {
        return rule.test().of(event);
    }

    boolean isExcluded(DetectionEvent event) {
        return exclusions.stream().anyMatch(exclusion -> exclusion.of(event));
    }

    static String severity(SigmaLevel level) {
        return switch (level) {
            case INFORMATIONAL -> "Informational";
            case LOW -> "Low";
            case MEDIUM -> "Medium";
            case HIGH, CRITICAL -> "High";
        };
    }
}

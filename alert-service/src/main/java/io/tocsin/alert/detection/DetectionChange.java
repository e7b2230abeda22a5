package io.tocsin.alert.detection;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Size;

/// What to change of a rule; `null` keeps what is.
///
/// @param severity of its alerts; empty: the rule's own
/// @param exclusions an array of selections that takes the place of the present ones
@RegisterForReflection
public record DetectionChange(
        Boolean enabled, @Size(max = 32) String severity, JsonNode exclusions) {

    boolean isEmpty() {
        return enabled == null && severity == null && (exclusions == null || exclusions.isNull());
    }
}

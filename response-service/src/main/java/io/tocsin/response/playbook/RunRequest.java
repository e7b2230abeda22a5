package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.util.Objects;
import java.util.stream.Stream;

/// How a playbook is run by hand.
///
/// @param alertId the alert it is about, as if that had begun it
/// @param incidentId the incident it is about
/// @param machineId the machine it is about
/// @param input what `${trigger.…}` refers to, where it is about none of them
/// @param dryRun whether it only says what it would do
@RegisterForReflection
public record RunRequest(
        @Size(max = 128) String alertId,
        @Positive Long incidentId,
        @Size(max = 256) String machineId,
        JsonNode input,
        Boolean dryRun) {

    /// Whether it is about more than one thing.
    boolean isAboutSeveral() {
        return Stream.of(alertId, incidentId, machineId, input == null || input.isNull() ? null : input)
                        .filter(Objects::nonNull)
                        .count()
                > 1;
    }

    boolean isDryRun() {
        return dryRun != null && dryRun;
    }
}

package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

/// How a playbook is run by hand.
///
/// @param alertId the alert it is about, as if that had begun it
/// @param incidentId the incident it is about
/// @param input what `${trigger.…}` refers to, where it is about neither
/// @param dryRun whether it only says what it would do
@RegisterForReflection
public record RunRequest(
        @Size(max = 128) String alertId, @Positive Long incidentId, JsonNode input, Boolean dryRun) {

    boolean isDryRun() {
        return dryRun != null && dryRun;
    }
}

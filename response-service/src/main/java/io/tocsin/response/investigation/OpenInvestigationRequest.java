package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

/// What an alert asks for (docs/api.md).
///
/// @param machineId the machine the alert is on
/// @param alertId the alert, which is stored already
/// @param incidentId the incident it is in, if any yet
@RegisterForReflection
public record OpenInvestigationRequest(
        @NotBlank @Size(max = 64) String machineId,
        @NotBlank @Size(max = 128) String alertId,
        @Positive Long incidentId,
        @Size(max = 4000) String comment) {}

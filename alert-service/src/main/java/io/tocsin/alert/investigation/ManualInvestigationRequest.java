package io.tocsin.alert.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;

/// An investigation that somebody started by hand, as response-service tells it (docs/api.md).
///
/// @param alertId the id the alert is to have, which response-service has named to whoever started it
/// @param requestor who started it
/// @param comment why
@RegisterForReflection
public record ManualInvestigationRequest(
        @NotNull @Pattern(regexp = "ar[0-9]{1,19}_[0-9]{1,10}")
        String alertId,

        @NotNull @Positive Long investigationId,
        @NotBlank @Size(max = 64) String machineId,
        @Size(max = 255) String computerDnsName,
        @NotNull WireTime startTime,
        @NotBlank @Size(max = 256) String requestor,
        @Size(max = 4000) String comment) {}

package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.response.machine.MissingKbReport;
import io.tocsin.response.machine.SoftwareReport;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;

/// What an agent tells at a check-in; everything is optional.
///
/// @param software what is installed, all of it
/// @param missingKbs the updates that are missing, all of them
@RegisterForReflection
public record CheckInRequest(
        @Size(max = 64) String osPlatform,
        @Size(max = 64) String version,
        Long osBuild,
        @Size(max = 64) String agentVersion,
        JsonNode ipAddresses,
        UUID aadDeviceId,
        Boolean isAadJoined,
        @Size(max = 5_000) List<@NotNull @Valid SoftwareReport> software,
        @Size(max = 500) List<@NotNull @Valid MissingKbReport> missingKbs) {}

package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Size;
import java.util.UUID;

/// What an agent tells at a check-in; everything is optional.
@RegisterForReflection
public record CheckInRequest(
        @Size(max = 64) String osPlatform,
        @Size(max = 64) String version,
        Long osBuild,
        @Size(max = 64) String agentVersion,
        JsonNode ipAddresses,
        UUID aadDeviceId,
        Boolean isAadJoined) {}

package io.tocsin.response.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.UUID;

/// What a machine says of itself when it enrols.
@RegisterForReflection
public record EnrollRequest(
        @NotBlank @Size(max = 128) String token,

        @NotBlank
        @Size(max = 253)
        @Pattern(regexp = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?", message = "is not a host name")
        String computerDnsName,

        @Size(max = 64) String osPlatform,
        @Size(max = 64) String version,
        Long osBuild,
        @Size(max = 32) String osProcessor,
        @Size(max = 32) String osArchitecture,
        @Size(max = 64) String agentVersion,
        JsonNode ipAddresses,
        UUID aadDeviceId,
        Boolean isAadJoined) {}

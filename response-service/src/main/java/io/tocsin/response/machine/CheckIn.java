package io.tocsin.response.machine;

import java.util.UUID;

/// What an agent says of its machine; `null` keeps what is known.
///
/// @param lastExternalIpAddress where it was seen from, when that is an address anybody could reach
public record CheckIn(
        String computerDnsName,
        String osPlatform,
        String version,
        Long osBuild,
        String osProcessor,
        String osArchitecture,
        String agentVersion,
        String lastIpAddress,
        String ipAddressesJson,
        String lastExternalIpAddress,
        UUID aadDeviceId,
        Boolean isAadJoined) {}

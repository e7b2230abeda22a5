package io.tocsin.response.machine;

/// What an agent says of its machine; `null` keeps what is known.
public record CheckIn(
        String computerDnsName,
        String osPlatform,
        String version,
        Long osBuild,
        String osProcessor,
        String osArchitecture,
        String agentVersion,
        String lastIpAddress,
        String ipAddressesJson) {}

package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.UUID;

/// The Machine entity in the order of the recordings (wire-facts §5). `osVersion` is kept, always null, for clients
/// that
/// expect it.
@RegisterForReflection
public record MachineView(
        String id,
        String mergedIntoMachineId,
        boolean isPotentialDuplication,
        boolean isExcluded,
        String exclusionReason,
        String computerDnsName,
        WireTime firstSeen,
        WireTime lastSeen,
        String osPlatform,
        String osVersion,
        String osProcessor,
        String version,
        String lastIpAddress,
        String lastExternalIpAddress,
        String agentVersion,
        Long osBuild,
        String healthStatus,
        String deviceValue,
        int rbacGroupId,
        String rbacGroupName,
        String riskScore,
        String exposureLevel,
        Boolean isAadJoined,
        UUID aadDeviceId,
        List<String> machineTags,
        String onboardingStatus,
        String osArchitecture,
        String managedBy,
        String managedByStatus,
        List<MachineIpAddress> ipAddresses,
        Object vmMetadata) {}

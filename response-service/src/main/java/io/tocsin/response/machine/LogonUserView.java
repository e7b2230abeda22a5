package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// An account that was active on a machine (order as edmx-facts User).
///
/// @param logonTypes those telemetry told of on this machine, `Interactive,Network`; null where it told of none
/// @param isDomainAdmin null: telemetry does not say
/// @param isOnlyNetworkUser null where no logon type is known
@RegisterForReflection
public record LogonUserView(
        String id,
        String accountName,
        String accountDomain,
        String accountSid,
        WireTime firstSeen,
        WireTime lastSeen,
        String mostPrevalentMachineId,
        String leastPrevalentMachineId,
        String logonTypes,
        Long logOnMachinesCount,
        Boolean isDomainAdmin,
        Boolean isOnlyNetworkUser) {}

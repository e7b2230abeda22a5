package io.tocsin.response.machine;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// An account that was active on a machine (order as edmx-facts User).
///
/// @param logonTypes null: sightings keep none
/// @param isDomainAdmin null: telemetry does not say
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

package io.tocsin.alert.entity;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// The User entity (contract 60 §1, order as edmx-facts).
///
/// @param id `domain\name`
/// @param isDomainAdmin null: telemetry does not say
/// @param isOnlyNetworkUser null where no logon type is known
@RegisterForReflection
public record UserView(
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

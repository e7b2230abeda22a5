package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// The Investigation entity in the declared order (edmx-facts).
@RegisterForReflection
public record InvestigationView(
        String id,
        WireTime startTime,
        WireTime endTime,
        String state,
        String cancelledBy,
        String statusDetails,
        String machineId,
        String computerDnsName,
        String triggeringAlertId) {}

package io.tocsin.response.client.alert;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;

/// An investigation that somebody started by hand.
///
/// @param alertId the id its alert is to have
@RegisterForReflection
public record StartedByHand(
        String alertId,
        long investigationId,
        String machineId,
        String computerDnsName,
        WireTime startTime,
        String requestor,
        String comment) {}

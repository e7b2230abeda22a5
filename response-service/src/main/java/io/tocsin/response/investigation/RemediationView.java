package io.tocsin.response.investigation;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What is to be done about what an investigation found (docs/api.md).
///
/// @param automatic whether the automation level decided, and no person
/// @param actionId the machine action it runs as
@RegisterForReflection
public record RemediationView(
        String id,
        String investigationId,
        String machineId,
        String kind,
        String target,
        String path,
        String verdict,
        List<String> reasons,
        String status,
        boolean automatic,
        WireTime createdTime,
        WireTime lastUpdateTime,
        WireTime expirationTime,
        String decidedBy,
        WireTime decidedTime,
        String comment,
        String actionId,
        String statusDetails) {}

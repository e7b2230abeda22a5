package io.tocsin.response.investigation;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What is to be done about what an investigation found (docs/api.md).
///
/// @param details what the agent needs to find the target
/// @param automatic whether the automation level decided, and no person
/// @param approvalsNeeded how many have to approve it
/// @param actionId the machine action it runs as
/// @param undoActionId the machine action that takes it back
@RegisterForReflection
public record RemediationView(
        String id,
        String investigationId,
        String machineId,
        String kind,
        String target,
        String path,
        JsonNode details,
        String verdict,
        List<String> reasons,
        String status,
        boolean automatic,
        WireTime createdTime,
        WireTime lastUpdateTime,
        WireTime expirationTime,
        int approvalsNeeded,
        List<ApprovalView> approvals,
        String decidedBy,
        WireTime decidedTime,
        String comment,
        String actionId,
        String undoneBy,
        WireTime undoneTime,
        String undoComment,
        String undoActionId,
        String statusDetails) {}

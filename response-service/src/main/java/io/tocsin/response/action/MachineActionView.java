package io.tocsin.response.action;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// The MachineAction entity in the order of the recordings (wire-facts §5).
@RegisterForReflection
public record MachineActionView(
        String id,
        String type,
        String title,
        String requestor,
        String requestorComment,
        String status,
        String machineId,
        String computerDnsName,
        WireTime creationDateTimeUtc,
        WireTime lastUpdateDateTimeUtc,
        String cancellationRequestor,
        String cancellationComment,
        WireTime cancellationDateTimeUtc,
        int errorHResult,
        String scope,
        String externalId,
        String requestSource,
        RelatedFile relatedFileInfo,
        List<CommandResult> commands,
        Object troubleshootInfo) {

    /// As the creation answers: the recordings have no scope there.
    MachineActionView withoutScope() {
        return new MachineActionView(
                id,
                type,
                title,
                requestor,
                requestorComment,
                status,
                machineId,
                computerDnsName,
                creationDateTimeUtc,
                lastUpdateDateTimeUtc,
                cancellationRequestor,
                cancellationComment,
                cancellationDateTimeUtc,
                errorHResult,
                null,
                externalId,
                requestSource,
                relatedFileInfo,
                commands,
                troubleshootInfo);
    }
}

package io.tocsin.response.action;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// An action on its way to an agent (docs/agent-protocol.md).
///
/// @param sha1 the file a StopAndQuarantineFile is about
/// @param target what an action of a remediation is about, else null
/// @param commands of a live response, in their order; what is `Completed` was done under an earlier lease
@RegisterForReflection
public record DeliveredAction(
        String id,
        String type,
        String scope,
        String comment,
        String leaseId,
        WireTime leaseExpirationTime,
        String sha1,
        JsonNode target,
        List<CommandResult> commands) {}

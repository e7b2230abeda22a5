package io.tocsin.response.agent;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.response.action.Delivered;
import io.tocsin.response.action.DeliveredAction;
import io.tocsin.wire.WireTime;
import java.util.List;

/// The answers of `/agent/v1` (docs/api.md).
@RegisterForReflection
public interface AgentViews {

    /// A token that enrols one machine, once.
    record EnrollmentToken(String id, String token, WireTime expirationTime) {}

    /// One that was neither used nor taken back, without what it is.
    record OpenToken(String id, String createdBy, WireTime expirationTime) {}

    /// Those that can still enrol a machine.
    record OpenTokens(List<OpenToken> value) {}

    /// Another credential of the machine's; the one before counts until this one checks in.
    record Credential(String credential) {}

    /// The machine's id and its credential, which is shown only here.
    record Enrolled(String machineId, String credential, long checkInIntervalSeconds) {}

    /// The answer to a check-in.
    record CheckedIn(String machineId, long checkInIntervalSeconds) {}

    /// What there is to do, and which of the actions taken earlier were cancelled since.
    record Actions(List<DeliveredAction> value, List<String> cancelled) {

        static Actions of(Delivered delivered) {
            return new Actions(delivered.actions(), delivered.cancelled());
        }
    }
}

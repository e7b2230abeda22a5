package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A change a target refused (docs/api.md).
///
/// @param eventId the `id` of its CloudEvent
/// @param type of its CloudEvent
/// @param subject the id of the alert or incident
/// @param redelivering whether it is to be sent again
@RegisterForReflection
public record DeadLetterView(
        String id,
        String eventId,
        String type,
        String subject,
        WireTime changeTime,
        WireTime deadTime,
        int attempts,
        Integer lastStatus,
        String lastError,
        boolean redelivering) {

    /// Oldest first.
    ///
    /// @param more whether there are more than these
    @RegisterForReflection
    public record All(List<DeadLetterView> value, boolean more) {}

    static DeadLetterView of(DeadLetter it) {
        return new DeadLetterView(
                Long.toString(it.id()),
                WebhookEvent.id(it.change()),
                WebhookEvent.type(it.change()),
                it.change().subject(),
                it.change().time(),
                it.dead(),
                it.attempts(),
                it.lastStatus(),
                it.lastError(),
                it.wanted());
    }
}

package io.tocsin.outbox;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/// A call that is to be made.
///
/// @param id the `Idempotency-Key`: the same at every attempt
/// @param kind what is asked for; the service's own word
/// @param subject what it is about
/// @param payload what the call needs and cannot look up, as small as can be
/// @param attempt 1 for the first
public record OutboxMessage(UUID tenant, UUID id, String kind, String subject, JsonNode payload, int attempt) {

    public OutboxMessage {
        requireNonNull(tenant);
        requireNonNull(id);
        requireNonNull(kind);
        requireNonNull(subject);
        requireNonNull(payload);
    }
}

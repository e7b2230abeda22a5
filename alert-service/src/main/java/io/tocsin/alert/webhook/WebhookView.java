package io.tocsin.alert.webhook;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// A webhook as it is (docs/api.md).
///
/// @param state `Active`, `Paused` or `Suspended`
/// @param reason why it is suspended
/// @param secret only in the answer that made it
/// @param previousSecretUntil until when the secret before signs, too
/// @param deadLetters changes its target refused
/// @param failedAttempts in a row
@RegisterForReflection
public record WebhookView(
        String id,
        String name,
        String url,
        List<Kind> kinds,
        String alertFilter,
        String incidentFilter,
        int batchSize,
        String state,
        String reason,
        String secret,
        WireTime previousSecretUntil,
        long deadLetters,
        int failedAttempts,
        WireTime failingSince,
        WireTime lastDeliveryTime,
        Integer lastStatus,
        String lastError,
        String createdBy,
        WireTime createdTime,
        String lastUpdatedBy,
        WireTime lastUpdateTime) {

    /// Oldest first.
    @RegisterForReflection
    public record All(List<WebhookView> value) {}

    static WebhookView of(Webhook it, long deadLetters, String secret) {
        return new WebhookView(
                it.id().toString(),
                it.name(),
                it.url(),
                it.kinds(),
                it.alertFilter(),
                it.incidentFilter(),
                it.batchSize(),
                it.state().name(),
                it.reason(),
                secret,
                it.previousUntil(),
                deadLetters,
                it.attempts(),
                it.failingSince(),
                it.lastDelivery(),
                it.lastStatus(),
                it.lastError(),
                it.createdBy(),
                it.created(),
                it.lastUpdatedBy(),
                it.lastUpdate());
    }
}

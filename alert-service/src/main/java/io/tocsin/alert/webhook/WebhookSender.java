package io.tocsin.alert.webhook;

import io.tocsin.outbound.OutboundClient;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;

/// Makes one request and waits for its answer, on a virtual thread: of the answer the head counts, of its body only
/// what there may be for the connection to be used again is read. No redirect is followed.
@ApplicationScoped
class WebhookSender {

    private static final int MOST_OF_A_BODY = 64 * 1024;

    private final OutboundClient client;

    WebhookSender(WebhookTargets targets, WebhookConfig config, Vertx vertx) {
        this.client =
                new OutboundClient(targets.allowed(), config.timeout(), MOST_OF_A_BODY, "Tocsin-Webhook/1", vertx);
    }

    /// How a request ended.
    ///
    /// @param status 0 without an answer
    /// @param retryAfter what the answer asks for, or null
    /// @param error in words for whoever owns the webhook; null when it is well
    record Attempt(int status, Duration retryAfter, String error) {

        boolean isDelivered() {
            return status >= 200 && status < 300;
        }
    }

    Attempt send(String url, Map<String, String> headers, byte[] body) {
        OutboundClient.Exchange answer = client.exchange("POST", url, headers, body);
        // What a target says beside taking it matters to nobody, whole or not.
        return new Attempt(answer.status(), answer.retryAfter(), answer.isWell() ? null : answer.error());
    }
}

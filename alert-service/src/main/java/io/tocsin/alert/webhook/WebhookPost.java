package io.tocsin.alert.webhook;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.alert.feed.Change;
import io.tocsin.alert.feed.ChangeLines.Told;
import io.tocsin.alert.webhook.WebhookSender.Attempt;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Writes changes as CloudEvents, signs them and sends them to a webhook's target.
@ApplicationScoped
class WebhookPost {

    private final WebhookSender sender;
    private final WebhookSecrets secrets;
    private final ObjectMapper json;

    WebhookPost(WebhookSender sender, WebhookSecrets secrets, ObjectMapper json) {
        this.sender = sender;
        this.secrets = secrets;
        this.json = json;
    }

    /// A change as it is sent.
    record Event(Change change, byte[] body) {}

    Event event(Webhook webhook, Told told) {
        return new Event(
                told.change(), WebhookEvent.of(webhook.tenant(), told.change(), json.valueToTree(told.line())));
    }

    /// One request. As a batch where the webhook is for batches, even of one.
    Attempt send(Webhook webhook, List<Event> changes) {
        List<byte[]> events = changes.stream().map(Event::body).toList();
        String first = WebhookEvent.id(changes.getFirst().change());
        return webhook.batchSize() == 1
                ? send(webhook, first, WebhookEvent.ONE, events.getFirst())
                : send(
                        webhook,
                        changes.size() == 1 ? first : first + "+" + changes.size(),
                        WebhookEvent.SEVERAL,
                        WebhookEvent.batch(events));
    }

    /// One event that tells nothing.
    Attempt ping(Webhook webhook) {
        String id = "ping-" + UUID.randomUUID();
        byte[] event = WebhookEvent.ping(
                webhook.tenant(),
                id,
                json.valueToTree(Map.of("webhook", webhook.id().toString(), "name", webhook.name())));
        return webhook.batchSize() == 1
                ? send(webhook, id, WebhookEvent.ONE, event)
                : send(webhook, id, WebhookEvent.SEVERAL, WebhookEvent.batch(List.of(event)));
    }

    private Attempt send(Webhook webhook, String id, String type, byte[] body) {
        long now = Instant.now().getEpochSecond();
        var headers = new LinkedHashMap<String, String>();
        headers.put("Content-Type", type + "; charset=utf-8");
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", Long.toString(now));
        headers.put("webhook-signature", WebhookSignature.of(secrets.of(webhook), id, now, body));
        return sender.send(webhook.url(), headers, body);
    }
}

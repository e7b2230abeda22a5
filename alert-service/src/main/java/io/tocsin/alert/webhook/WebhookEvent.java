package io.tocsin.alert.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.jackson.JsonCloudEventData;
import io.cloudevents.jackson.JsonFormat;
import io.tocsin.alert.feed.Change;
import io.tocsin.wire.WireTime;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

/// A change as a CloudEvent 1.0 in structured JSON, or several as a batch.
final class WebhookEvent {

    static final String ONE = "application/cloudevents+json";
    static final String SEVERAL = "application/cloudevents-batch+json";

    private static final JsonFormat FORMAT = new JsonFormat();

    private WebhookEvent() {}

    /// The same every time the change is sent.
    static String id(Change change) {
        return change.place().positionText() + "-" + change.place().id();
    }

    /// `io.tocsin.alert.created`
    static String type(Change change) {
        return "io.tocsin." + change.event();
    }

    static byte[] of(UUID tenant, Change change, JsonNode data) {
        return bytes(builder(tenant, id(change), type(change), change.time())
                .withSubject(change.subject())
                .withData("application/json", JsonCloudEventData.wrap(data))
                .build());
    }

    static byte[] ping(UUID tenant, String id, JsonNode data) {
        return bytes(builder(tenant, id, "io.tocsin.webhook.ping", WireTime.now())
                .withData("application/json", JsonCloudEventData.wrap(data))
                .build());
    }

    /// One after the other in a JSON array.
    static byte[] batch(List<byte[]> events) {
        var text = new StringBuilder("[");
        for (byte[] event : events) {
            text.append(text.length() > 1 ? "," : "").append(new String(event, StandardCharsets.UTF_8));
        }
        return text.append(']').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static io.cloudevents.core.v1.CloudEventBuilder builder(
            UUID tenant, String id, String type, WireTime time) {
        return CloudEventBuilder.v1()
                .withId(id)
                .withSource(URI.create("urn:tocsin:tenant:" + tenant))
                .withType(type)
                .withTime(OffsetDateTime.parse(time.toString()));
    }

    private static byte[] bytes(CloudEvent event) {
        return FORMAT.serialize(event);
    }
}

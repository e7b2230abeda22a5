package io.tocsin.alert.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tocsin.alert.feed.EventRecords.Streamed;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Writes events as messages `{"records":[…]}`: those of a machine, in order, under its key, so that a machine's stay
/// in
/// one partition.
@ApplicationScoped
class KafkaMessages {

    private static final byte[] HEAD = "{\"records\":[".getBytes(StandardCharsets.UTF_8);
    private static final byte[] TAIL = "]}".getBytes(StandardCharsets.UTF_8);
    private static final int LARGEST = 512 * 1024;

    private final KafkaConfig config;
    private final ObjectMapper json;

    KafkaMessages(KafkaConfig config, ObjectMapper json) {
        this.config = config;
        this.json = json;
    }

    private record Key(String topic, UUID tenant, String machineId) {}

    private static final class Open {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Streamed> records = new ArrayList<>();
    }

    /// What is sent as one, and what it is made of.
    record Message(ProducerRecord<byte[], byte[]> record, List<Streamed> of) {}

    /// Each record of a message as one of its own.
    List<Message> apart(Message message) {
        return message.of().stream().flatMap(one -> of(List.of(one)).stream()).toList();
    }

    List<Message> of(List<Streamed> events) {
        var done = new ArrayList<Message>();
        Map<Key, Open> open = new LinkedHashMap<>();
        for (Streamed event : events) {
            var key = new Key(topic(event.table()), event.tenant(), event.machineId());
            byte[] record = bytes(event);
            Open message = open.computeIfAbsent(key, unused -> new Open());
            boolean full = message.records.size() >= config.recordsPerMessage()
                    || !message.records.isEmpty() && message.bytes.size() + record.length > LARGEST;
            if (full) {
                done.add(closed(key, message));
                message = new Open();
                open.put(key, message);
            }
            message.bytes.writeBytes(message.records.isEmpty() ? HEAD : new byte[] {','});
            message.bytes.writeBytes(record);
            message.records.add(event);
        }
        open.forEach((key, message) -> done.add(closed(key, message)));
        return done;
    }

    private static Message closed(Key key, Open message) {
        message.bytes.writeBytes(TAIL);
        return new Message(
                new ProducerRecord<>(
                        key.topic(),
                        (key.tenant() + "/" + key.machineId()).getBytes(StandardCharsets.UTF_8),
                        message.bytes.toByteArray()),
                List.copyOf(message.records));
    }

    private String topic(String table) {
        return config.topic().orElseGet(() -> config.topicPrefix() + table.toLowerCase(Locale.ROOT));
    }

    private byte[] bytes(Streamed event) {
        try {
            return json.writeValueAsBytes(event.record());
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an event cannot be written", impossible);
        }
    }
}

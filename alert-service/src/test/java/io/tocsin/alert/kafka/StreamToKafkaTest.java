package io.tocsin.alert.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/// One scenario, since a broker takes seconds to start: it is down, comes up, is killed among messages and comes back,
/// and the sink loses its note of what was acknowledged.
@QuarkusTest
class StreamToKafkaTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String TOPIC = "insights-logs-advancedhunting-devicenetworkevents";
    private static final ObjectMapper JSON = new ObjectMapper();

    @AfterAll
    static void killBroker() {
        KafkaBroker.kill();
    }

    @Test
    void shouldStreamEveryEventInOrderWhateverBreaksInBetween() {
        // Given: nobody is there
        await().atMost(SOON).until(() -> TestDatabase.count("event_position where consumer = 'kafka'") == 1);
        send(1, 40);
        await().during(Duration.ofMillis(500))
                .atMost(SOON)
                .until(() -> position().equals("0"));

        // When the broker comes
        KafkaBroker.up();

        // Then
        await().atMost(SOON).untilAsserted(() -> assertThat(reports()).containsExactlyElementsOf(numbers(1, 40)));
        assertThat(first().path("operationName").asText()).isEqualTo("Publish");
        assertThat(first().path("tenantId").asText()).isEqualTo(Tokens.TENANT);
        assertThat(first().path("category").asText()).isEqualTo("AdvancedHunting-DeviceNetworkEvents");
        assertThat(first().path("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(first().path("properties").path("RemoteIP").asText()).isEqualTo("203.0.113.5");
        assertThat(first().path("properties").path("DeviceId").asText()).isEqualTo(MACHINE);
        assertThat(first().path("properties").has("MachineGroup")).isTrue();

        // When it is killed among messages
        send(41, 60);
        KafkaBroker.kill();
        send(61, 90);
        KafkaBroker.up();

        // Then nothing is missing; what came again came in order
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(reports().stream().distinct()).containsExactlyElementsOf(numbers(1, 90)));

        // When the sink dies between the acknowledgement and its note of it
        await().atMost(SOON)
                .until(() -> TestDatabase.count(
                                "device_event e, event_position p"
                                        + " where p.consumer = 'kafka' and (e.change_xid, e.event_id) > (p.change_xid, p.event_id)")
                        == 0);
        TestDatabase.update(
                "update event_position set (change_xid, event_id) = (select change_xid, event_id from device_event"
                        + " order by change_xid, event_id offset 79 limit 1) where consumer = 'kafka'");

        // Then it is sent again
        await().atMost(SOON).untilAsserted(() -> {
            List<Integer> all = reports();
            assertThat(all).endsWith(numbers(81, 90).toArray(Integer[]::new));
            assertThat(all.stream().filter(number -> number == 85).count()).isGreaterThanOrEqualTo(2);
            assertThat(all.stream().distinct()).containsExactlyElementsOf(numbers(1, 90));
        });
    }

    private static String position() {
        return TestDatabase.value("select change_xid::text from event_position where consumer = 'kafka'")
                .toString();
    }

    private static List<Integer> numbers(int first, int last) {
        return IntStream.rangeClosed(first, last).boxed().toList();
    }

    private static void send(int first, int last) {
        for (int number = first; number <= last; number += 10) {
            events(String.join(
                            "\n",
                            numbers(number, Math.min(last, number + 9)).stream()
                                    .map(it -> connection("203.0.113.5", "2026-02-03T09:15:27.1043382Z", it))
                                    .toList()))
                    .statusCode(200);
        }
    }

    private static List<Integer> reports() {
        return records().stream()
                .map(record -> record.path("properties").path("ReportId").asInt())
                .toList();
    }

    private static JsonNode first() {
        return records().getFirst();
    }

    /// Everything of the topic from its beginning: one machine is one partition, so in order.
    private static List<JsonNode> records() {
        var records = new ArrayList<JsonNode>();
        try (var consumer = new KafkaConsumer<>(
                Map.<String, Object>of(
                        "bootstrap.servers",
                        KafkaBroker.servers(),
                        "default.api.timeout.ms",
                        2_000,
                        "request.timeout.ms",
                        1_500),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(it -> new TopicPartition(it.topic(), it.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, String> message : consumer.poll(Duration.ofMillis(200))) {
                    JSON.readTree(message.value()).path("records").forEach(records::add);
                }
            }
        } catch (KafkaException notYet) {
            throw new AssertionError("the broker does not answer", notYet);
        } catch (JsonProcessingException notJson) {
            throw new AssertionError(notJson);
        }
        return records;
    }
}

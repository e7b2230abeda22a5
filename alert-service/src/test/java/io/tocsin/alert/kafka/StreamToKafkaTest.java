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
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
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
    private static final String ALERTS = "insights-logs-advancedhunting-alertinfo";
    private static final String FILES = "insights-logs-advancedhunting-devicefileevents";
    private static final String EVIDENCE = "insights-logs-advancedhunting-alertevidence";
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

        // When a topic takes only small messages
        limit(FILES, 20_000);
        events(String.join(
                        "\n",
                        IntStream.rangeClosed(1, 12)
                                .mapToObj(it -> file(it, 4_000))
                                .toList()))
                .statusCode(200);
        events(file(13, 30_000)).statusCode(200);
        events(file(14, 1_000)).statusCode(200);

        // Then each that fits comes by itself, and one that never will stops nobody
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(FILES).stream()
                                .map(it ->
                                        it.path("properties").path("ReportId").asInt()))
                        .contains(14)
                        .containsAll(numbers(1, 12))
                        .doesNotContain(13));

        // When an alert is made
        with("Alert.ReadWrite.All")
                .body("""
                        {"source":"edr","sourceRef":"1","title":"Beacon","severity":"High","category":"CommandAndControl",\
                        "machineId":"%s","mitreTechniques":["T1071.001"],"evidence":[{"entityType":"Ip","ipAddress":"203.0.113.5"}]}\
                        """.formatted(MACHINE))
                .post("/v1/alerts")
                .then()
                .statusCode(201);

        // Then it comes with its evidence, once
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(EVIDENCE).stream()
                                .map(it ->
                                        it.path("properties").path("EntityType").asText()))
                        .contains("Machine", "Ip"));
        String id = TestDatabase.value("select id from alert").toString();
        assertThat(records(ALERTS)).singleElement().satisfies(it -> {
            assertThat(it.path("category").asText()).isEqualTo("AdvancedHunting-AlertInfo");
            assertThat(it.path("properties").path("AlertId").asText()).isEqualTo(id);
            assertThat(it.path("properties").path("Title").asText()).isEqualTo("Beacon");
            assertThat(it.path("properties").path("AttackTechniques").asText()).isEqualTo("[\"T1071.001\"]");
        });
        assertThat(records(EVIDENCE)).allSatisfy(it -> {
            assertThat(it.path("properties").path("AlertId").asText()).isEqualTo(id);
            assertThat(it.path("properties").path("DeviceId").asText()).isEqualTo(MACHINE);
        });
        assertThat(records(EVIDENCE).stream()
                        .map(it -> it.path("properties").path("RemoteIP").asText()))
                .contains("203.0.113.5");

        // When it is changed more often than one look reads, and another one is made
        for (int i = 0; i < 60; i++) {
            TestDatabase.update("update alert set last_update_ticks = last_update_ticks + 1 where id = ?", id);
        }
        with("Alert.ReadWrite.All")
                .body("{\"source\":\"edr\",\"sourceRef\":\"2\",\"title\":\"Spread\",\"severity\":\"Low\"}")
                .post("/v1/alerts")
                .then()
                .statusCode(201);

        // Then that one comes, too
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(records(ALERTS).stream()
                                .map(it -> it.path("properties").path("Title").asText()))
                        .containsExactlyInAnyOrder("Beacon", "Spread"));
    }

    /// As random as telemetry never is, so that packing makes it no smaller.
    private static String file(int reportId, int length) {
        var random = new Random(reportId);
        String path = random.ints(length, 'a', 'z' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        return """
                {"category":"AdvancedHunting-DeviceFileEvents","properties":{"Timestamp":"2026-02-03T09:16:00Z","DeviceId":"%s","DeviceName":"ws6.corp.example","ActionType":"FileCreated","FileName":"a.exe","FolderPath":"%s","InitiatingProcessCommandLine":"%s","ReportId":%d}}""".formatted(MACHINE, path, new StringBuilder(path).reverse(), reportId);
    }

    private static void limit(String topic, int bytes) {
        try (var admin = Admin.create(Map.<String, Object>of("bootstrap.servers", KafkaBroker.servers()))) {
            var limited =
                    new NewTopic(topic, 1, (short) 1).configs(Map.of("max.message.bytes", Integer.toString(bytes)));
            admin.createTopics(List.of(limited)).all().get();
        } catch (ExecutionException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
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
        return records(TOPIC).stream()
                .map(record -> record.path("properties").path("ReportId").asInt())
                .toList();
    }

    private static JsonNode first() {
        return records(TOPIC).getFirst();
    }

    /// Everything of the topic from its beginning: one machine is one partition, so in order.
    private static List<JsonNode> records(String topic) {
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
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
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

package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tocsin.testkit.TestDatabase;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// The contract's own examples (10 §7, 60 §3, 90 §5, 95 §5), sent as they stand there; what is answered has every
/// member
/// of the example's answer, of the same type, and its value where the example's story decides it.
@QuarkusTest
class ContractExamplesTest extends ApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String MACHINE_ID = "6c1f0b5f8d3e4a7b9c0d1e2f3a4b5c6d7e8f9a0b";
    private static final String SHA1 = "2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e";

    /// What the examples say that an alert made by reference must say, too.
    private static final Set<String> OF_THE_STORY = Set.of(
            "severity",
            "status",
            "category",
            "title",
            "description",
            "firstEventTime",
            "lastEventTime",
            "machineId",
            "computerDnsName",
            "aadTenantId",
            "detectionSource");

    /// Members without a value here though the example has one: what docs/compatibility.md says may be null, and what
    /// is
    /// null because this test makes no machine, group, policy or detection of the example's story.
    private static final Set<String> MAY_BE_NULL = Set.of(
            "create-by-reference/incidentId", // until it is correlated: see below
            "create-by-reference/investigationId",
            "create-by-reference/investigationState",
            "create-by-reference/detectorId",
            "create-by-reference/rbacGroupName",
            "create-by-reference/relatedUser",
            "incidents/value/0/alerts/0/investigationId",
            "incidents/value/0/alerts/0/investigationState",
            "incidents/value/0/alerts/0/devices/0/osPlatform",
            "incidents/value/0/alerts/0/devices/0/version",
            "incidents/value/0/alerts/0/devices/0/osProcessor",
            "incidents/value/0/alerts/0/devices/0/osBuild",
            "incidents/value/0/alerts/0/devices/0/rbacGroupName",
            "file/globalPrevalence",
            "file/globalFirstObserved",
            "file/globalLastObserved",
            "file/isValidCertificate",
            "file-stats/globallyPrevalence",
            "file-stats/globalFirstObserved",
            "file-stats/globalLastObserved",
            "file-stats/orgFirstSeen", // the example's day lies before every span that may be looked back
            "file-stats/orgLastSeen",
            "ip-stats/orgFirstSeen",
            "ip-stats/orgLastSeen",
            "user/isDomainAdmin");

    @Test
    void shouldAnswerAnAlertMadeByReferenceAndItsIncidentAsTheExamplesDo() throws IOException {
        // Given
        telemetry();

        // When
        Response made = with("Alert.ReadWrite.All")
                .body(text("create-by-reference.request"))
                .post("/api/alerts/CreateAlertByReference");

        // Then
        JsonNode alert = answer(made, 200);
        like("create-by-reference", alert);
        OF_THE_STORY.forEach(member -> assertThat(alert.path(member).asText())
                .as(member)
                .isEqualTo(example("create-by-reference").path(member).asText()));
        String id = alert.path("id").asText();
        assertThat(id).matches("da\\d+_-?\\d+");

        await().untilAsserted(() ->
                assertThat(TestDatabase.count("alert where not correlated")).isZero());
        Response incidents = with("Incident.Read.All")
                .urlEncodingEnabled(true)
                .get("/api/incidents?$filter=lastUpdateTime gt 2026-02-03T00:00:00Z and status eq 'Active'&$top=10");
        like("incidents", answer(incidents, 200));
        assertThat(answer(incidents, 200).at("/value/0/alerts/0/title").asText())
                .isEqualTo(example("incidents").at("/value/0/alerts/0/title").asText());

        updated(id, answer(incidents, 200).at("/value/0/incidentId").asText());
    }

    private static void updated(String id, String incident) throws IOException {
        JsonNode asked = JSON.readTree(text("update.request"));
        JsonNode updated =
                answer(with("Alert.ReadWrite.All").body(text("update.request")).patch("/api/alerts/" + id), 200);
        like("create-by-reference", updated);
        assertThat(updated.path("incidentId").asText()).isEqualTo(incident);
        for (String member : List.of("status", "assignedTo", "classification", "determination")) {
            assertThat(updated.path(member)).as(member).isEqualTo(asked.path(member));
        }
        assertThat(updated.at("/comments/0/comment")).isEqualTo(asked.path("comment"));

        JsonNode batch = JSON.readTree(text("batch-update.request"));
        String ours = text("batch-update.request")
                .replace(batch.at("/alertIds/0").asText(), id)
                .replace(",\"" + batch.at("/alertIds/1").asText() + "\"", "");
        with("Alert.ReadWrite.All")
                .body(ours)
                .post("/api/alerts/batchUpdate")
                .then()
                .statusCode(200);
        JsonNode again = answer(with("Alert.Read.All").get("/api/alerts/" + id), 200);
        assertThat(again.path("status").asText()).isEqualTo(batch.path("status").asText());
        assertThat(again.at("/comments/1/comment")).isEqualTo(batch.path("comment"));

        JsonNode change = JSON.readTree(text("update-incident.request"));
        JsonNode resolved = answer(
                with("Incident.ReadWrite.All")
                        .body(text("update-incident.request"))
                        .patch("/api/incidents/" + incident),
                200);
        for (String member : List.of("status", "assignedTo", "classification", "determination", "tags")) {
            assertThat(resolved.path(member)).as(member).isEqualTo(change.path(member));
        }
        assertThat(resolved.at("/comments/0/comment")).isEqualTo(change.path("comment"));
    }

    @Test
    void shouldAnswerEntitiesAsTheExamplesDo() throws IOException {
        // Given
        telemetry();
        String id = with("Alert.ReadWrite.All")
                .body("""
                        {"source":"nsm","sourceRef":"1","title":"t","severity":"Medium","machineId":"%s","evidence":[
                        {"entityType":"Url","url":"https://cdn.bad.example/x"},{"entityType":"Ip","ipAddress":"203.0.113.77"},
                        {"entityType":"User","accountName":"m.ortiz","domainName":"corp","userSid":"S-1-5-21-100-200-300-1104"}]}
                        """.formatted(MACHINE_ID))
                .post("/v1/alerts")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        await().until(() -> TestDatabase.count("file_fact") > 0 && TestDatabase.count("user_fact") > 0);

        // Then
        same("domains", with("URL.Read.All").get("/api/alerts/" + id + "/domains"));
        same("ips", with("Ip.Read.All").get("/api/alerts/" + id + "/ips"));
        JsonNode user = answer(with("User.Read.All").get("/api/alerts/" + id + "/user"), 200);
        like("user", user);
        assertThat(user.path("id")).isEqualTo(example("user").path("id"));
        JsonNode stats = answer(with("File.Read.All").get("/api/files/" + SHA1 + "/stats?lookBackHours=48"), 200);
        like("file-stats", stats);
        assertThat(stats.path("sha1").asText()).isEqualTo(SHA1);
        like("file", answer(with("File.Read.All").get("/api/files/" + SHA1), 200));
        JsonNode address = answer(with("Ip.Read.All").get("/api/ips/203.0.113.77/stats"), 200);
        like("ip-stats", address);
        assertThat(address.path("ipAddress").asText()).isEqualTo("203.0.113.77");
    }

    /// The example of the stream is what the telemetry here is sent as: it is taken as it stands.
    @Test
    void shouldTakeTheExampleOfAStreamAndGiveItsRecordBack() throws IOException {
        // Given
        JsonNode record = example("streaming").at("/records/0");

        // When
        events(JSON.writeValueAsString(record)).statusCode(200);

        // Then
        String line = with("AdvancedHunting.Read.All")
                .get("/v1/feeds/events?from=beginning")
                .then()
                .statusCode(200)
                .extract()
                .asString()
                .lines()
                .toList()
                .getFirst();
        JsonNode told = JSON.readTree(line);
        assertThat(told.path("category")).isEqualTo(record.path("category"));
        record.path("properties").propertyStream().forEach(property -> {
            if (!property.getKey().equals("MachineGroup")
                    && !property.getValue().isNull()) {
                assertThat(told.path("properties").path(property.getKey()).asText())
                        .as(property.getKey())
                        .isEqualToIgnoringCase(property.getValue().asText());
            }
        });
    }

    private static void telemetry() throws IOException {
        String network = JSON.writeValueAsString(example("streaming").at("/records/0"));
        String process = """
                {"category":"AdvancedHunting-DeviceProcessEvents","properties":{"Timestamp":"2026-02-03T09:10:44Z","DeviceId":"%s","DeviceName":"fin-ws-014.corp.example","ActionType":"ProcessCreated","FileName":"upd.exe","FolderPath":"C:\\\\Users\\\\m.ortiz\\\\upd.exe","SHA1":"%s","SHA256":"0f3c2f5b0f7f4d7c9b8a6e5d4c3b2a1908f7e6d5c4b3a29180f1e2d3c4b5a697","MD5":"0cc175b9c0f1b6a831c399e269772661","FileSize":84992,"ProcessId":7312,"ProcessCreationTime":"2026-02-03T09:10:44Z","ReportId":48200}}""".formatted(MACHINE_ID, SHA1);
        String logon = """
                {"category":"AdvancedHunting-DeviceLogonEvents","properties":{"Timestamp":"2026-02-03T08:55:10Z","DeviceId":"%s","DeviceName":"fin-ws-014.corp.example","ActionType":"LogonSuccess","LogonType":"Interactive","AccountName":"m.ortiz","AccountDomain":"corp","AccountSid":"S-1-5-21-100-200-300-1104","ReportId":48100}}""".formatted(MACHINE_ID);
        events(String.join("\n", network, process, logon)).statusCode(200);
    }

    private static void same(String example, Response answer) throws IOException {
        assertThat(answer(answer, 200).path("value")).isEqualTo(example(example).path("value"));
        like(example, answer(answer, 200));
    }

    /// Every member of the example is there, has a value where the example has one and it is none of [#MAY_BE_NULL],
    /// and
    /// is of its type.
    private static void like(String name, JsonNode answer) {
        var withoutValue = new ArrayList<String>();
        like(example(name), answer, name, withoutValue);
        assertThat(withoutValue).as("null, though the example has a value").isEmpty();
    }

    private static void like(JsonNode example, JsonNode answer, String path, List<String> withoutValue) {
        if (answer.isNull()) {
            if (!example.isNull() && !MAY_BE_NULL.contains(path)) {
                withoutValue.add(path);
            }
            return;
        }
        if (example.isObject()) {
            example.propertyStream().forEach(member -> {
                String at = path + "/" + member.getKey();
                assertThat(answer.has(member.getKey())).as(at + " is there").isTrue();
                like(member.getValue(), answer.get(member.getKey()), at, withoutValue);
            });
        } else if (example.isArray()) {
            assertThat(answer.isArray()).as(path + " is an array").isTrue();
            if (!example.isEmpty() && !answer.isEmpty()) {
                JsonNode first = example.get(0);
                like(first, alike(first, answer), path + "/0", withoutValue);
            }
        } else if (!example.isNull()) {
            assertThat(answer.getNodeType()).as(path).isEqualTo(example.getNodeType());
        }
    }

    /// Of entities the one of the same kind: we name those of an event in an order of our own.
    private static JsonNode alike(JsonNode example, JsonNode answers) {
        return answers.valueStream()
                .filter(answer ->
                        example.has("entityType") && example.get("entityType").equals(answer.get("entityType")))
                .findFirst()
                .orElse(answers.get(0));
    }

    private static JsonNode answer(Response answer, int status) throws IOException {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(status);
        return JSON.readTree(answer.asString());
    }

    private static JsonNode example(String name) {
        try {
            return JSON.readTree(text(name));
        } catch (IOException impossible) {
            throw new IllegalStateException(name, impossible);
        }
    }

    private static String text(String name) throws IOException {
        try (InputStream file = ContractExamplesTest.class.getResourceAsStream("contract/" + name + ".json")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

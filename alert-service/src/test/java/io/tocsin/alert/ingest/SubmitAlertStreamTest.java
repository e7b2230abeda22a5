package io.tocsin.alert.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.config.EncoderConfig;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SubmitAlertStreamTest extends ApiTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String LINES = "application/x-ndjson";

    @Test
    void shouldAnswerEachLineWhenAStreamHoldsGoodAndBad() {
        // Given
        sighted();
        String lines = alert("a-1") + "\n\n{\"source\":\"s\",\"sourceRef\":\"x\",\"title\":\"t\"}\nno JSON\n[]\n"
                + alert("a-2").replace("}", ",\"machineId\":\"ffff\"}") + "\n"
                + alert("a-3").replace("}", ",\"computerDnsName\":\"WS6.corp.example\"}") + "\n" + alert("a-1");

        // When
        ValidatableResponse answer = stream(lines);

        // Then
        List<JsonNode> results = results(answer.statusCode(200).contentType(LINES));
        assertThat(results).extracting(line -> line.get("line").asInt()).containsExactly(1, 3, 4, 5, 6, 7, 8);
        assertThat(results)
                .extracting(line -> line.get("status").asInt())
                .containsExactly(201, 400, 400, 400, 404, 201, 200);
        assertThat(results)
                .extracting(line -> line.at("/error/code").asText(null))
                .containsExactly(
                        null,
                        "MissingRequiredParameter",
                        "InvalidRequestBody",
                        "InvalidRequestBody",
                        "ResourceNotFound",
                        null,
                        null);
        assertThat(results.getLast().get("id").asText())
                .isEqualTo(results.getFirst().get("id").asText());
        assertThat(results)
                .extracting(line -> line.get("sourceRef").asText(null))
                .startsWith("a-1")
                .endsWith("a-3", "a-1");
        assertThat(TestDatabase.column("select source_ref || coalesce(machine_id, '') from alert order by 1"))
                .containsExactly("a-1", "a-3" + MACHINE);
    }

    @Test
    void shouldStoreMoreThanATransactionHolds() {
        assertThat(results(stream(alerts(2_500)).statusCode(200)))
                .hasSize(2_500)
                .allSatisfy(line -> assertThat(line.get("status").asInt()).isEqualTo(201));

        assertThat(TestDatabase.count("alert")).isEqualTo(2_500);
        assertThat(TestDatabase.value("select count(*) from audit_entry where action = 'alert.create'"
                        + " and target in (select id from alert) and actor = 'test-app' and request_id is not null"))
                .isEqualTo(2_500L);
    }

    @Test
    void shouldFollowTheOrderOfTheLinesWhenManySpeakOfOneAlert() {
        stream(alert("a-1").replace("Beacon", "one") + "\n"
                        + alert("a-1").replace("Beacon", "two") + "\n"
                        + alert("a-1").replace("Beacon", "three"))
                .statusCode(200);

        assertThat(TestDatabase.column("select title from alert")).containsExactly("three");
        assertThat(TestDatabase.column("select action || coalesce(detail -> 'before' ->> 'title', '') from audit_entry"
                        + " where target in (select id from alert) order by id"))
                .containsExactly("alert.create", "alert.repeatone", "alert.repeattwo");
    }

    @Test
    void shouldAnswerInNumbersWhenTheClientAsksForThemOrHasAKey() {
        request()
                .body(alert("a-1") + "\n" + alert("a-2") + "\n{}")
                .post("/v1/alerts?results=numbers")
                .then()
                .statusCode(200)
                .body("received", is(3))
                .body("created", is(2))
                .body("failed", is(1))
                .body("errors", hasSize(1))
                .body("errors[0].line", is(3));
        for (String replayed : Arrays.asList(null, "true")) {
            request()
                    .header("Idempotency-Key", "k-1")
                    .body(alert("a-1"))
                    .post("/v1/alerts")
                    .then()
                    .statusCode(200)
                    .header("Idempotency-Replayed", is(replayed))
                    .body("repeated", is(1));
        }
    }

    @Test
    void shouldKeepTheCompleteLinesWhenTheGzipBreaksOff() {
        byte[] whole = gzip(alerts(3_000));

        request()
                .header("Content-Encoding", "gzip")
                .body(Arrays.copyOf(whole, whole.length - 200))
                .post("/v1/alerts")
                .then()
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"))
                .body(
                        "error.message",
                        containsString("everything is stored up to line " + TestDatabase.count("alert")));

        assertThat(TestDatabase.count("alert")).isBetween(1_000L, 2_999L);
    }

    @Test
    void shouldTakeEveryMemberWhenTheGzipHasSeveral() {
        packed(joined(gzip(alert("a-1") + "\n"), gzip(alert("a-2")))).statusCode(200);

        assertThat(TestDatabase.column("select source_ref from alert order by 1"))
                .containsExactly("a-1", "a-2");
    }

    @Test
    void shouldRefuseTheRestWhenTheGzipsSecondMemberIsDamaged() {
        byte[] second = gzip(alert("a-2"));
        second[2] = 7;

        packed(joined(gzip(alert("a-1") + "\n"), second))
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"))
                .body("error.message", containsString("everything is stored up to line 1"));

        assertThat(TestDatabase.column("select source_ref from alert")).containsExactly("a-1");
    }

    private static ValidatableResponse packed(byte[] body) {
        return request()
                .header("Content-Encoding", "gzip")
                .body(body)
                .post("/v1/alerts")
                .then();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    void shouldSayAsTheLastLineWhatEndedAStreamWhoseAnswerHadBegun() throws Exception {
        byte[] whole = gzip(alerts(20_000));

        HttpResponse<String> answer;
        try (var client = HttpClient.newHttpClient()) { // which reads while it sends, and checks no request
            answer = client.send(
                    HttpRequest.newBuilder(URI.create(RestAssured.baseURI + ":" + RestAssured.port + "/v1/alerts"))
                            .header("Authorization", "Bearer " + Tokens.application("Alert.ReadWrite.All"))
                            .header("Content-Type", LINES)
                            .header("Content-Encoding", "gzip")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(Arrays.copyOf(whole, whole.length - 200)))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }

        List<JsonNode> results =
                answer.body().lines().map(SubmitAlertStreamTest::json).toList();
        assertThat(answer.statusCode()).isEqualTo(200);
        long stored = TestDatabase.count("alert");
        assertThat(results).hasSize((int) stored + 1);
        assertThat(results.getLast().get("status").asInt()).isEqualTo(400);
        assertThat(results.getLast().at("/error/message").asText()).contains("up to line " + stored);
    }

    @Test
    void shouldHarmNoNeighbourWhenTheDatabaseRefusesOne() {
        TestDatabase.update("alter table alert add constraint no_poison check (title <> 'poison') not valid");
        try {
            String lines = IntStream.range(0, 50)
                    .mapToObj(i -> i == 17 ? alert("a-17").replace("Beacon", "poison") : alert("a-" + i))
                    .collect(Collectors.joining("\n"));

            List<JsonNode> results = results(stream(lines).statusCode(200));

            assertThat(results)
                    .filteredOn(line -> line.get("status").asInt() != 201)
                    .singleElement()
                    .satisfies(line -> {
                        assertThat(line.get("line").asInt()).isEqualTo(18);
                        assertThat(line.at("/error/code").asText(null)).isEqualTo("InternalServerError");
                    });
            assertThat(TestDatabase.count("alert")).isEqualTo(49);
        } finally {
            TestDatabase.update("alter table alert drop constraint no_poison");
        }
    }

    private static String alert(String reference) {
        return "{\"source\":\"stream\",\"sourceRef\":\"" + reference + "\",\"title\":\"Beacon\",\"severity\":\"High\"}";
    }

    private static String alerts(int number) {
        return IntStream.range(0, number)
                .mapToObj(i -> alert("a-" + i + "-" + Integer.toHexString(i * 0x9E3779B1)))
                .collect(Collectors.joining("\n"));
    }

    private static RequestSpecification request() {
        return with("Alert.ReadWrite.All")
                .config(RestAssured.config()
                        .encoderConfig(EncoderConfig.encoderConfig()
                                .appendDefaultContentCharsetToContentTypeIfUndefined(false)
                                .encodeContentTypeAs(LINES, ContentType.TEXT)))
                .contentType(LINES);
    }

    private static ValidatableResponse stream(String lines) {
        return request()
                .body(lines.getBytes(StandardCharsets.UTF_8))
                .post("/v1/alerts")
                .then();
    }

    private static List<JsonNode> results(ValidatableResponse answer) {
        return answer.extract()
                .asString()
                .lines()
                .map(SubmitAlertStreamTest::json)
                .toList();
    }

    private static JsonNode json(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException wrong) {
            throw new AssertionError(line, wrong);
        }
    }
}

package io.tocsin.indicator.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.indicator.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.wire.WireTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// What an auditor learns of an indicator's changes (docs/audit.md).
@QuarkusTest
class IndicatorAuditTest extends ApiTest {

    private static final String BLOCKED = json("bad.example", "DomainName", "Block");

    @Test
    void shouldTellWhatTheIndicatorIsWhenItIsNew() {
        submit(BLOCKED).statusCode(200);

        JsonNode detail = newest("indicator.submit");
        assertThat(detail.path("before").isNull()).isTrue();
        assertThat(detail.path("after")).isEqualTo(json("""
                        {"indicatorValue":"bad.example","createdBy":"test-app","severity":"High","category":512,
                         "title":"C2","description":"case 812","rbacGroupNames":[],"rbacGroupIds":[],"mitreTechniques":[],
                         "generateAlert":true}"""));
        assertThat(detail.path("action").asText()).isEqualTo("Block");
    }

    @Test
    void shouldTellOnlyWhatWasReplacedWhenItIsSentAgain() {
        // Given
        submit(BLOCKED.replace(
                "\"rbacGroupNames\":\"\"}",
                "\"expirationTime\":\"2031-01-01T00:00:00Z\",\"externalId\":\"feed-1\",\"rbacGroupNames\":\"HR\"}"));

        // When
        submit(BLOCKED.replace("C2", "worse").replace("high", "low")).statusCode(200);

        // Then
        JsonNode detail = newest("indicator.submit");
        assertThat(detail.path("before")).isEqualTo(json("""
                        {"severity":"High","title":"C2","expirationTime":"2031-01-01T00:00:00Z","rbacGroupNames":["HR"],
                         "externalId":"feed-1"}"""));
        assertThat(detail.path("after")).isEqualTo(json("""
                        {"severity":"Low","title":"worse","expirationTime":null,"rbacGroupNames":[],"externalId":null}"""));
    }

    @Test
    void shouldTellItForEachIndicatorOfAnImport() {
        // Given
        submit(BLOCKED);

        // When
        with("Ti.ReadWrite.All")
                .body("{\"Indicators\":[" + json("new.example", "DomainName", "Block") + ","
                        + BLOCKED.replace("C2", "worse") + "," + BLOCKED.replace("C2", "worse") + "]}")
                .post("/api/indicators/import")
                .then()
                .statusCode(200);

        // Then
        assertThat(newest("indicator.submit", 2).path("before").isNull()).isTrue();
        assertThat(newest("indicator.submit", 1).path("before")).isEqualTo(json("{\"title\":\"C2\"}"));
        assertThat(newest("indicator.submit", 1).path("after")).isEqualTo(json("{\"title\":\"worse\"}"));
        assertThat(newest("indicator.submit").path("before")).isEqualTo(json("{}"));
        assertThat(newest("indicator.submit").path("after")).isEqualTo(json("{}"));
    }

    @Test
    void shouldTellOfThoseThatAreNewTogetherInOneRow() {
        // When
        with("Ti.ReadWrite.All")
                .body("{\"Indicators\":[" + json("one.example", "DomainName", "Block") + ","
                        + json("Two.example", "DomainName", "Block").replace("C2", "worse") + ","
                        + json("one.example", "DomainName", "Warn") + "]}")
                .post("/api/indicators/import")
                .then()
                .statusCode(200);

        // Then
        JsonNode detail = newest("indicator.import");
        assertThat(detail.path("common")).isEqualTo(json("""
                        {"createdBy":"test-app","severity":"High","category":512,"description":"case 812",
                         "rbacGroupNames":[],"rbacGroupIds":[],"mitreTechniques":[],"generateAlert":true}"""));
        assertThat(detail.path("created"))
                .hasSize(3)
                .anySatisfy(one -> assertThat(one).isEqualTo(json("""
                        {"id":"%s","type":"DomainName","value":"two.example","action":"Block",
                         "after":{"indicatorValue":"Two.example","title":"worse"}}""".formatted(id("Two.example")))));
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/" + id("Two.example") + "/history")
                .then()
                .body("value.findAll { it.action == 'indicator.import' }", hasSize(1)) // others had its id before it
                .body("value[-1].before", nullValue())
                .body("value[-1].after.title", is("worse"))
                .body("value[-1].after.indicatorValue", is("Two.example"))
                .body("value[-1].after.severity", is("High"));
    }

    @Test
    void shouldTellTheWholeHistoryOfOneThatWasMadeWithOthersAndIsGone() {
        // Given
        with("Ti.ReadWrite.All")
                .body("{\"Indicators\":[" + json("one.example", "DomainName", "Block") + ","
                        + json("two.example", "DomainName", "Block") + "]}")
                .post("/api/indicators/import");
        String id = id("two.example");
        submit(json("two.example", "DomainName", "Block").replace("C2", "worse"));

        // When
        with("Ti.ReadWrite.All").delete("/api/indicators/" + id).then().statusCode(204);

        // Then
        with("Ti.ReadWrite.All")
                .get("/v1/indicators/" + id + "/history")
                .then()
                .statusCode(200)
                .body("value[0].action", is("indicator.delete"))
                .body("value[1].action", is("indicator.submit"))
                .body("value[1].before.title", is("C2"))
                .body("value[-1].action", is("indicator.import"))
                .body("value[-1].after.title", is("C2"));
        with("Ti.ReadWrite.All").get("/v1/indicators/999999999/history").then().statusCode(404);
    }

    private static String id(String value) {
        return TestDatabase.value(
                        "select id::text from indicator where indicator_value = ? and action = 'Block'", value)
                .toString();
    }

    @Test
    void shouldTellOfOneThatIsNewWhenManySendItAtOnce() throws Exception {
        // Given
        long last = newestId();

        // When
        try (var threads = Executors.newFixedThreadPool(6)) { // not a parallel stream: Groovy starts on its pool
            List<Future<?>> submitted = new ArrayList<>();
            for (int n = 0; n < 12; n++) {
                String title = "title " + n;
                submitted.add(threads.submit(
                        () -> submit(BLOCKED.replace("C2", title)).statusCode(200)));
            }
            for (Future<?> one : submitted) {
                one.get();
            }
        }

        // Then
        assertThat(TestDatabase.count("indicator")).isEqualTo(1);
        assertThat(TestDatabase.count("indicator_change")).isEqualTo(12);
        List<Object> before = TestDatabase.column(
                "select detail->'before'->>'title' from audit_entry where id > ? and action = 'indicator.submit' order by id",
                last);
        List<Object> after = TestDatabase.column(
                "select detail->'after'->>'title' from audit_entry where id > ? and action = 'indicator.submit' order by id",
                last);
        assertThat(before).hasSize(12).containsOnlyOnce((Object) null).doesNotHaveDuplicates();
        assertThat(after).hasSize(12).doesNotHaveDuplicates();
        assertThat(after).containsAll(before.stream().filter(Objects::nonNull).toList());
    }

    @Test
    void shouldTellWhatItWasWhenItIsDeleted() {
        // Given
        submit(BLOCKED);

        // When
        with("Ti.ReadWrite.All").delete("/api/indicators/1").then().statusCode(204);

        // Then
        JsonNode detail = newest("indicator.delete");
        assertThat(detail.path("type").asText()).isEqualTo("DomainName");
        assertThat(detail.path("before").path("title").asText()).isEqualTo("C2");
        assertThat(detail.path("before").path("createdBy").asText()).isEqualTo("test-app");
        assertThat(detail.path("after").isNull()).isTrue();
    }

    @Test
    void shouldNameTheIndicatorWhenItExpires() {
        // Given
        submit(json("Expired.example", "DomainName", "Block"));

        // When
        TestDatabase.update(
                "update indicator set expiration_ticks = ?", WireTime.now().ticks() - 1);
        Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> TestDatabase.count("indicator") == 0);

        // Then
        JsonNode detail = newest("indicator.expire");
        assertThat(detail.path("createdTicks").isIntegralNumber()).isTrue();
        JsonNode rest = ((ObjectNode) detail).without("createdTicks");
        assertThat(rest)
                .isEqualTo(json("{\"type\":\"DomainName\",\"value\":\"expired.example\",\"action\":\"Block\"}"));
    }

    private static long newestId() {
        return (Long) TestDatabase.value("select coalesce(max(id), 0) from audit_entry");
    }

    private static JsonNode newest(String action) {
        return newest(action, 0);
    }

    private static JsonNode newest(String action, int before) {
        return json((String) TestDatabase.value(
                "select detail::text from audit_entry where action = ? order by id desc limit 1 offset ?",
                action,
                before));
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(text, notJson);
        }
    }
}

package io.tocsin.response.playbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What runs call: partners and our other services (docs/api.md).
@QuarkusTest
class PlaybookCallsTest extends PlaybookApiTest {

    @Test
    void shouldTryAgainWithTheSameKeyWhenAPartnerIsDownAndNeverLetItLeadInside() {
        String id = create("""
                {"start":"tell","steps":{"tell":{"type":"Http","method":"PUT","url":"%s/x","body":{"a":1}}}}""".formatted(address()));
        answer.set(503);
        String run = run(id, "{}");
        await().atMost(SOON).until(() -> calls.size() >= 2);
        answer.set(201);

        ends(run, "Succeeded");
        assertThat(calls.stream().map(call -> call.split(" ")[2]).distinct()).hasSize(1);
        assertThat(detail(run).getInt("steps[0].attempts")).isGreaterThanOrEqualTo(2);
        String inside = create(
                "{\"start\":\"tell\",\"steps\":{\"tell\":{\"type\":\"Http\",\"method\":\"GET\",\"url\":\"http://169.254.169.254/latest\"}}}");
        String refused = run(inside, "{}");
        TestDatabase.update("update playbook_step set attempts = 4 where run_id = cast(? as uuid)", refused);
        ends(refused, "Failed");
        assertThat(detail(refused).getString("steps[0].error")).contains("not public");
    }

    @Test
    void shouldSendASecretToItsHostAloneAndShowItToNobody() {
        put("other", "s3cret").statusCode(200);
        TestDatabase.update("update playbook_secret set host = 'elsewhere.example'");
        String id = create("""
                {"start":"tell","steps":{"tell":{"type":"Http","method":"GET","url":"%s/x","headers":{"X-Key":"${secret.other}"}}}}""".formatted(address()));

        String run = run(id, "{}");

        ends(run, "Failed");
        assertThat(detail(run).getString("steps[0].error")).isEqualTo("Secret other is for another host");
        assertThat(calls).isEmpty();
        with(AUTHOR)
                .get("/v1/playbooks/secrets")
                .then()
                .body("value[0].name", is("other"))
                .body(not(containsString("s3cret")));
        with(AUTHOR).delete("/v1/playbooks/secrets/other").then().statusCode(204);
        with(AUTHOR).delete("/v1/playbooks/secrets/other").then().statusCode(404);
        put("no name", "x").statusCode(400);
    }

    @Test
    void shouldRevealNoSecretThatDataNamesAndShowNoneThatAPartnerRepeats() {
        put("hooks", "s3cret-4711").statusCode(200);
        partner.createContext("/echo", exchange -> {
            String key = exchange.getRequestHeaders().getFirst("X-Key");
            calls.add(key + "|" + exchange.getRequestHeaders().getFirst("X-Title"));
            byte[] body = ("{\"" + key + "\":[\"I got " + key + "\"]}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(400, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        String run =
                run(create("""
                        {"start":"tell","steps":{"tell":{"type":"Http","method":"GET","url":"%s/echo",
                        "headers":{"X-Key":"${secret.hooks} for ${trigger.name}","X-Title":"T ${trigger.title}"}}}}""".formatted(address())), "{\"input\":{\"name\":\"N\",\"title\":\"${secret.hooks}\"}}");

        ends(run, "Failed");
        assertThat(calls).containsExactly("s3cret-4711 for N|T ${secret.hooks}");
        JsonPath detail = detail(run);
        assertThat(detail.getString("steps[0].input.headers.X-Key")).isEqualTo("${secret.hooks} for N");
        assertThat(detail.getMap("steps[0].output.body"))
                .containsEntry("${secret.hooks} for N", List.of("I got ${secret.hooks} for N"));
        assertThat(TestDatabase.column("select output::text from playbook_step").toString())
                .doesNotContain("s3cret-4711");
    }

    @Test
    void shouldNotCallACallWellWhoseAnswerDidNotComeWhole() {
        partner.createContext("/long", exchange -> {
            calls.add("long");
            exchange.sendResponseHeaders(200, 0);
            try (var out = exchange.getResponseBody()) {
                out.write(new byte[70_000]);
            }
        });
        partner.createContext("/broken", exchange -> {
            boolean first = calls.stream().noneMatch(call -> call.startsWith("broken"));
            calls.add("broken " + exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            exchange.sendResponseHeaders(200, 7);
            try {
                exchange.getResponseBody().write("{\"a\":1}".getBytes(StandardCharsets.UTF_8), 0, first ? 3 : 7);
                exchange.getResponseBody().flush();
            } finally {
                exchange.close();
            }
        });
        String definition =
                "{\"start\":\"tell\",\"steps\":{\"tell\":{\"type\":\"Http\",\"method\":\"GET\",\"url\":\"%s\"}}}";

        String tooLong = run(create(definition.formatted(address() + "/long")), "{}");
        String broken = run(create(definition.formatted(address() + "/broken")), "{}");

        ends(tooLong, "Failed");
        assertThat(detail(tooLong).getString("steps[0].error")).isEqualTo("the answer is too long");
        ends(broken, "Succeeded");
        assertThat(detail(broken).getInt("steps[0].output.body.a")).isEqualTo(1);
        assertThat(calls.stream().filter("long"::equals)).hasSize(1);
        assertThat(calls.stream().filter(call -> call.startsWith("broken")))
                .hasSize(2)
                .allMatch(calls.getLast()::equals);
    }

    @Test
    void shouldKeepAnAnswerThatHoldsWhatTheDatabaseDoesNot() {
        partner.createContext("/nul", exchange -> {
            byte[] body = "{\"a\":\"x\\u0000y\",\"b\":\"\\\\u0000\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (var out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        String run = run(
                create("{\"start\":\"tell\",\"steps\":{\"tell\":{\"type\":\"Http\",\"method\":\"GET\",\"url\":\""
                        + address() + "/nul\"}}}"),
                "{}");

        ends(run, "Succeeded");
        assertThat(detail(run).getString("steps[0].output.body.a")).isEqualTo("xy");
        assertThat(detail(run).getString("steps[0].output.body.b")).isEqualTo("\\u0000");
    }

    @Test
    void shouldAskOnlyOnceForAnIndicatorThatExpiresAlthoughItsFirstAnswerIsLost() {
        IndicatorPeer.answers(0);
        String run = run(
                create(
                        "{\"start\":\"block\",\"steps\":{\"block\":{\"type\":\"Indicator\",\"value\":\"bad.example\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\",\"expiresInDays\":3}}}"),
                "{}");
        await().atMost(SOON).until(() -> !IndicatorPeer.asked().isEmpty());
        IndicatorPeer.answers(200);

        ends(run, "Succeeded");
        assertThat(IndicatorPeer.asked()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(IndicatorPeer.asked().stream().distinct()).hasSize(1);
    }

    @Test
    void shouldSayWhyAnotherServiceRefuses() {
        IndicatorPeer.refuses("InvalidInput");
        String run = run(
                create(
                        "{\"start\":\"block\",\"steps\":{\"block\":{\"type\":\"Indicator\",\"value\":\"bad\",\"indicatorType\":\"DomainName\",\"action\":\"Block\",\"title\":\"t\"}}}"),
                "{}");

        ends(run, "Failed");
        assertThat(detail(run).getString("steps[0].error"))
                .isEqualTo("The other service answered 400, InvalidInput: m");
    }
}

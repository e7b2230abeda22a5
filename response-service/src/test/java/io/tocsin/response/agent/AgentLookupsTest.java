package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A device that has no room for every indicator.
@QuarkusTest
class AgentLookupsTest extends ApiTest {

    private static final String CURSOR = "Tocsin-Next-Cursor";

    @BeforeEach
    void forget() {
        IndicatorPeer.forget();
    }

    @Test
    void shouldGiveOutTheFilterOfTheDevicesGroupAndSystemAndGoOnFromThere() {
        // Given
        Agent windows = enrol("one.corp.example");
        Agent linux = enrol("two.corp.example");
        int group = 1_000 + Math.abs(UUID.randomUUID().hashCode() % 1_000_000); // what is shared is another test's else
        TestDatabase.update("update machine set rbac_group_id = ?, rbac_group_name = 'Lab'", group);
        TestDatabase.update("update machine set os_platform = 'Ubuntu' where id = ?", linux.machineId());

        // When
        String cursor = filter(windows)
                .statusCode(200)
                .contentType("application/octet-stream")
                .header(CURSOR, notNullValue())
                .extract()
                .header(CURSOR);
        filter(windows).statusCode(200);
        String ofLinux = filter(linux).statusCode(200).extract().asString();

        // Then
        assertThat(ofLinux).contains("deviceGroup=" + group, "os=linux");
        assertThat(IndicatorPeer.filters()).hasSize(2);
        assertThat(IndicatorPeer.filters().getFirst()).isEqualTo("deviceGroup=" + group);
        windows.indicators("?cursor=" + cursor).statusCode(200).body("value", hasSize(0));
        TestDatabase.update(
                "insert into indicator_change (tenant_id, indicator_id, removed, at_ticks) values (?, 77, true, 0)",
                UUID.fromString(Tokens.TENANT));
        windows.indicators("?wait=5&cursor=" + cursor).body("value[0].id", is("77"));
    }

    @Test
    void shouldSayOfAHitWhatDecidesOnThatMachine() {
        // Given
        Agent agent = enrol("one.corp.example");
        IndicatorPeer.decides("Block");

        // When
        ValidatableResponse answer = match(agent, "{\"values\":[{\"type\":\"IpAddress\",\"value\":\"203.0.113.77\"}]}");

        // Then
        answer.statusCode(200)
                .body("value", hasSize(1))
                .body("value[0].matched", is(true))
                .body("value[0].action", is("Block"))
                .body("value[0].generateAlert", is(true))
                .body("value[0].indicator.title", is("C2"));
        assertThat(IndicatorPeer.machine()).isEqualTo(agent.machineId());
        IndicatorPeer.forget();
        match(agent, "{\"values\":[{\"type\":\"IpAddress\",\"value\":\"203.0.113.78\"}]}")
                .body("value[0].matched", is(false))
                .body("value[0].indicator", nullValue());
        assertThat(TestDatabase.count("audit_entry where action like 'indicator%'"))
                .isZero();
    }

    @Test
    void shouldAskToComeAgainWhenIndicatorServiceDoesNotAnswer() {
        Agent agent = enrol("one.corp.example");
        int group = 1_000 + Math.abs(UUID.randomUUID().hashCode() % 1_000_000);
        TestDatabase.update("update machine set rbac_group_id = ?, rbac_group_name = 'Lab'", group);
        IndicatorPeer.answers(503);

        filter(agent).statusCode(503).header("Retry-After", notNullValue());
        match(agent, "{\"values\":[{\"type\":\"IpAddress\",\"value\":\"203.0.113.77\"}]}")
                .statusCode(503)
                .header("Retry-After", notNullValue());
        IndicatorPeer.forget();
        filter(agent).statusCode(200);
    }

    @Test
    void shouldRefuseWhoIsNoDeviceAndWhatIsNoQuestion() {
        Agent agent = enrol("one.corp.example");
        String value = "{\"type\":\"IpAddress\",\"value\":\"203.0.113.77\"}";

        RestAssured.get("/agent/v1/indicators/filter").then().statusCode(401);
        with("Ti.ReadWrite.All").get("/agent/v1/indicators/filter").then().statusCode(401);
        match(agent, "{\"values\":[" + (value + ",").repeat(100) + value + "]}")
                .statusCode(400)
                .body("error.message", containsString("values"));
        match(agent, "{\"values\":[null]}").statusCode(400);
        match(agent, "{}").statusCode(400);
    }

    private static ValidatableResponse filter(Agent agent) {
        return by(agent.credential()).get("/agent/v1/indicators/filter").then();
    }

    private static ValidatableResponse match(Agent agent, String body) {
        return by(agent.credential())
                .body(body)
                .post("/agent/v1/indicators/match")
                .then();
    }
}

package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.Response;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import org.junit.jupiter.api.Test;

/// A new agent whose connection breaks must not be locked out by its own first, answered attempt.
@QuarkusTest
class AgentIdempotencyTest extends ApiTest {

    private static final String REPLAYED = "Idempotency-Replayed";

    @Test
    void shouldGiveTheSameCredentialWhenTheOneTimeTokenIsSentAgainUnderItsKey() {
        // Given
        String token = token();
        Response first = enroll(token, "ws6.corp.example", "enrol-1");

        // When
        Response second = enroll(token, "ws6.corp.example", "enrol-1");

        // Then
        first.then().statusCode(201).header(REPLAYED, nullValue());
        second.then().statusCode(201).header(REPLAYED, is("true"));
        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
        assertThat(TestDatabase.count("agent")).isEqualTo(1);
        by(second.path("credential")).get("/agent/v1/actions").then().statusCode(200);
    }

    @Test
    void shouldRefuseTheUsedTokenWhenItComesWithoutTheKeyOrForAnotherMachine() {
        String token = token();
        enroll(token, "ws6.corp.example", "enrol-1").then().statusCode(201);

        enroll(token, "ws6.corp.example", "enrol-2").then().statusCode(401);
        enroll(token, "ws7.corp.example", "enrol-1").then().statusCode(422);
    }

    @Test
    void shouldKeepNoCredentialReadableWhenTheAnswerIsRecorded() {
        Response enrolled = enroll(token(), "ws6.corp.example", "enrol-1");

        assertThat(TestDatabase.column(
                        "select encode(answer, 'escape') from idempotency_key where route like '%enroll'"))
                .singleElement()
                .asString()
                .doesNotContain(enrolled.<String>path("credential"))
                .doesNotContain("credential");
    }

    @Test
    void shouldMakeOneTokenWhenItIsAskedForTwiceUnderOneKey() {
        Response first = newToken();
        Response second = newToken();

        first.then().statusCode(201);
        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
        assertThat(TestDatabase.count("enrollment_token")).isEqualTo(1);
    }

    @Test
    void shouldReplayTheReportWhenTheAgentSendsItAgainAndKeepAnotherAgentsKeyApart() {
        // Given
        Agent agent = enrol("ws6.corp.example");
        Agent other = enrol("ws7.corp.example");
        String action = isolate(agent);
        String lease = agent.actions(0).extract().path("value[0].leaseId");

        // When
        Response first = report(agent, action, lease);
        Response second = report(agent, action, lease);
        Response others = report(other, action, lease);

        // Then
        first.then().statusCode(200).body("status", is("Succeeded")).header(REPLAYED, nullValue());
        second.then().statusCode(200).header(REPLAYED, is("true"));
        assertThat(second.asByteArray()).isEqualTo(first.asByteArray());
        others.then().statusCode(404);
    }

    @Test
    void shouldReplayNothingWhenTheCredentialWasRevoked() {
        Agent agent = enrol("ws6.corp.example");
        String action = isolate(agent);
        String lease = agent.actions(0).extract().path("value[0].leaseId");
        report(agent, action, lease).then().statusCode(200);

        TestDatabase.update("update agent set revoked = true");

        report(agent, action, lease).then().statusCode(401);
    }

    private static Response enroll(String token, String name, String key) {
        return RestAssured.given()
                .contentType("application/json")
                .header("Idempotency-Key", key)
                .body("{\"token\":\"" + token + "\",\"computerDnsName\":\"" + name + "\",\"osPlatform\":\"Windows11\"}")
                .post("/agent/v1/enroll");
    }

    private static Response newToken() {
        return with(ALL)
                .header("Idempotency-Key", "token-1")
                .body("{\"expiresInSeconds\":600}")
                .post("/agent/v1/enrollment-tokens");
    }

    private static Response report(Agent agent, String action, String lease) {
        return by(agent.credential())
                .header("Idempotency-Key", "report-1")
                .body("{\"leaseId\":\"" + lease
                        + "\",\"status\":\"Succeeded\",\"errorHResult\":0,\"message\":\"done\"}")
                .post("/agent/v1/actions/" + action + "/result");
    }
}

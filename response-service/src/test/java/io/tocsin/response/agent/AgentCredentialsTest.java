package io.tocsin.response.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/// What opens the agents' channel is taken back and changed (docs/agent-protocol.md).
@QuarkusTest
class AgentCredentialsTest extends ApiTest {

    @Test
    void shouldEnrolNothingByATokenThatWasTakenBack() {
        JsonPath token = newToken();
        with(ALL)
                .get("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(200)
                .body("value", hasSize(1))
                .body("value[0].id", is(token.getString("id")))
                .body("value[0].createdBy", is("test-app"));

        revoke(token.getString("id")).statusCode(204);

        enrolment(token.getString("token")).statusCode(401);
        revoke(token.getString("id")).statusCode(404).body("error.code", is("ResourceNotFound"));
        with(ALL).get("/agent/v1/enrollment-tokens").then().body("value", hasSize(0));
        assertThat(TestDatabase.column("select revoked_by from enrollment_token"))
                .containsExactly("test-app");
        assertThat(TestDatabase.count("machine")).isZero();
    }

    @Test
    void shouldTakeBackNothingThatWasUsedOrIsNone() {
        JsonPath token = newToken();
        enrolment(token.getString("token")).statusCode(201);

        revoke(token.getString("id")).statusCode(404);
        revoke("0".repeat(32)).statusCode(404);
        revoke("%25").statusCode(404);
        with(ALL).delete("/agent/v1/machines/" + "0".repeat(40)).then().statusCode(404);
    }

    @Test
    void shouldTellAnAgentToStopWhoseCredentialsWereTakenBack() {
        Agent agent = enrol("ws5.corp.example");

        with(ALL).delete("/agent/v1/machines/" + agent.machineId()).then().statusCode(204);

        agent.actions(0).statusCode(401);
        with(ALL).delete("/agent/v1/machines/" + agent.machineId()).then().statusCode(404);
        enrol("ws5.corp.example").actions(0).statusCode(200);
    }

    /// A stolen credential gets nothing by having asked before it was taken back.
    @Test
    void shouldGiveNothingToAWaitThatBeganBeforeTheCredentialWasTakenBack() {
        // Given
        Agent agent = enrol("ws5.corp.example");
        var wait =
                CompletableFuture.supplyAsync(() -> agent.actions(30).extract().statusCode());
        await().pollDelay(Duration.ofSeconds(1))
                .until(() -> true); // it holds either way, and shows more once that waits

        // When
        with(ALL).delete("/agent/v1/machines/" + agent.machineId()).then().statusCode(204);
        isolate(agent);

        // Then
        assertThat(wait.join()).isEqualTo(401);
        assertThat(TestDatabase.column("select status from machine_action")).containsExactly("Pending");
    }

    @Test
    void shouldKeepOneNewCredentialAtMostThatWasNeverUsed() {
        Agent agent = enrol("ws5.corp.example");
        String first = rotate(agent.credential(), UUID.randomUUID().toString())
                .extract()
                .path("credential");

        String second = rotate(agent.credential(), UUID.randomUUID().toString())
                .extract()
                .path("credential");

        actions(first).statusCode(401);
        actions(second).statusCode(200);
        agent.actions(0).statusCode(200);
    }

    @Test
    void shouldLetTheCredentialBeforeCountUntilTheNewOneChecksInAndGiveTheSameForTheSameKey() {
        Agent agent = enrol("ws5.corp.example");
        String key = UUID.randomUUID().toString();

        String credential =
                rotate(agent.credential(), key).statusCode(201).extract().path("credential");

        rotate(agent.credential(), key).statusCode(201).body("credential", is(credential));
        agent.actions(0).statusCode(200);
        actions(credential).statusCode(200);
        agent.actions(0).statusCode(200);
        checkIn(credential).statusCode(200);
        agent.actions(0).statusCode(401);
        actions(credential).statusCode(200);
        checkIn(rotate(credential, UUID.randomUUID().toString()).extract().path("credential"))
                .statusCode(200);
        actions(credential).statusCode(401);
        assertThat(TestDatabase.column("select count(*) from agent where not revoked"))
                .containsExactly(1L);
    }

    @Test
    void shouldLetNobodyManageTokensToWhomADeviceGroupIsClosed() {
        String id = newToken().getString("id");
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,
                    user_group_names, rules)
                values (cast(? as uuid), 7, 1, 'closed', 'NoAutomatedResponse', 1, '{admins}', '{Admins}', '[]')
                """, Tokens.TENANT);
        String kim = Tokens.member(Set.of("others"), "kim@corp.example", "Machine.ReadWrite");

        by(kim).get("/agent/v1/enrollment-tokens").then().statusCode(403);
        by(kim).delete("/agent/v1/enrollment-tokens/" + id).then().statusCode(403);
    }

    private static JsonPath newToken() {
        return with(ALL)
                .body("{\"expiresInSeconds\":600}")
                .post("/agent/v1/enrollment-tokens")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
    }

    private static ValidatableResponse revoke(String id) {
        return with(ALL).delete("/agent/v1/enrollment-tokens/" + id).then();
    }

    private static ValidatableResponse enrolment(String token) {
        return RestAssured.given()
                .contentType("application/json")
                .body("{\"token\":\"" + token + "\",\"computerDnsName\":\"ws9.corp.example\"}")
                .post("/agent/v1/enroll")
                .then();
    }

    private static ValidatableResponse rotate(String credential, String key) {
        return by(credential)
                .header("Idempotency-Key", key)
                .post("/agent/v1/credential")
                .then();
    }

    private static ValidatableResponse actions(String credential) {
        return by(credential).get("/agent/v1/actions?wait=0").then();
    }

    private static ValidatableResponse checkIn(String credential) {
        return by(credential).body("{}").post("/agent/v1/checkin").then();
    }
}

package io.tocsin.response.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class ActionsTest extends ApiTest {

    private static final List<String> KEYS = List.of(
            "@odata.context",
            "id",
            "type",
            "title",
            "requestor",
            "requestorComment",
            "status",
            "machineId",
            "computerDnsName",
            "creationDateTimeUtc",
            "lastUpdateDateTimeUtc",
            "cancellationRequestor",
            "cancellationComment",
            "cancellationDateTimeUtc",
            "errorHResult",
            "scope",
            "externalId",
            "requestSource",
            "relatedFileInfo",
            "commands",
            "troubleshootInfo");

    @Test
    void shouldBePendingWithoutScopeWhenSubmittedAndShowItLater() {
        Agent agent = enrol("ws6.corp.example");

        var created = act(agent.machineId(), "isolate", "{\"Comment\":\"case 812\",\"IsolationType\":\"selective\"}")
                .statusCode(201);

        assertThat(new ArrayList<>(
                        created.extract().jsonPath().<String, Object>getMap("$").keySet()))
                .isEqualTo(KEYS);
        created.body("status", is("Pending"))
                .body("scope", nullValue())
                .body("requestor", is("test-app"))
                .body("requestSource", is("PublicApi"));
        get(created.extract().path("id")).body("scope", is("Selective")).body("type", is("Isolate"));
    }

    @Test
    void shouldGoThroughItsLifeWhenTheAgentTakesAndReportsIt() {
        // Given
        Agent agent = enrol("ws6.corp.example");
        var waiting =
                CompletableFuture.supplyAsync(() -> agent.actions(20).extract().jsonPath());
        String id = isolate(agent);

        // When
        var delivered = waiting.join();

        // Then
        assertThat(delivered.getString("value[0].id")).isEqualTo(id);
        assertThat(delivered.getString("value[0].type")).isEqualTo("Isolate");
        get(id).body("status", is("InProgress"));
        agent.actions(0).body("value", hasSize(0));
        String lease = delivered.getString("value[0].leaseId");
        agent.report(id, lease, "Succeeded")
                .statusCode(200)
                .body("accepted", is(true))
                .body("status", is("Succeeded"));
        agent.report(id, lease, "Succeeded").body("accepted", is(true));
        agent.report(id, lease, "Failed").body("accepted", is(false)).body("status", is("Succeeded"));
        get(id).body("status", is("Succeeded"));
        assertThat(TestDatabase.column("select action from audit_entry where target = ? order by id", id))
                .isEqualTo(List.of("action.submit", "action.deliver", "action.report"));
    }

    @Test
    void shouldRefuseASecondOfTheLaneWhileOneIsOpen() {
        Agent agent = enrol("ws6.corp.example");
        isolate(agent);

        act(agent.machineId(), "unisolate", "{\"Comment\":\"c\"}")
                .statusCode(400)
                .body("error.code", is("ActiveRequestAlreadyExists"))
                .body("error.message", is("Action is already in progress"));
        act(agent.machineId(), "runantivirusscan", "{\"Comment\":\"c\",\"ScanType\":\"Quick\"}")
                .statusCode(201);
    }

    @Test
    void shouldBeDeliveredAgainWhenTheLeaseIsOverAndEndWhenTheDeadlineIs() {
        // Given
        Agent agent = enrol("ws6.corp.example");
        String id = isolate(agent);
        String lease = agent.actions(0).extract().path("value[0].leaseId");

        // When
        TestDatabase.update("update machine_action set lease_expires_at = now() - interval '1 second'");

        // Then
        agent.actions(0).body("value[0].id", is(id)).body("value[0].leaseId", not(lease));
        TestDatabase.update("update machine_action set deadline = now() - interval '1 second'");
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> get(id).body("status", is("TimeOut")).body("errorHResult", is(-2145844840)));
        agent.report(id, lease, "Succeeded").body("accepted", is(false)).body("status", is("TimeOut"));
    }

    @Test
    void shouldTellTheTruthWhenCancelled() {
        Agent agent = enrol("ws6.corp.example");
        String id = isolate(agent);

        with("Machine.Scan")
                .body("{}")
                .post("/api/machineactions/" + id + "/cancel")
                .then()
                .statusCode(403);
        with(ALL)
                .body("{\"Comment\":\"rolled back\"}")
                .post("/api/machineactions/" + id + "/cancel")
                .then()
                .statusCode(200)
                .body("status", is("Cancelled"))
                .body("errorHResult", is(-2147467260))
                .body("cancellationComment", is("rolled back"));
        with(ALL)
                .post("/api/machineactions/" + id + "/cancel")
                .then()
                .statusCode(400)
                .body("error.code", is("BadRequest"));
        agent.actions(0).body("value", hasSize(0));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "isolate          | {}                                        | MissingRequiredParameter",
                "isolate          | {\"Comment\":\"c\",\"IsolationType\":\"Half\"} | InvalidInput",
                "isolate          | {\"Comment\":                             | InvalidRequestBody",
                "runAntiVirusScan | {\"Comment\":\"c\"}                       | MissingRequiredParameter",
                "runAntiVirusScan | {\"Comment\":\"c\",\"ScanType\":\"Deep\"} | InvalidInput",
            })
    void shouldStoreNothingWhenTheActionIsRefused(String verb, String body, String code) {
        Agent agent = enrol("ws6.corp.example");

        act(agent.machineId(), verb, body).statusCode(400).body("error.code", is(code));

        assertThat(TestDatabase.count("machine_action")).isZero();
    }

    @Test
    void shouldSayWhyItFailedAndNeverThatAFailureIsFine() {
        Agent agent = enrol("ws5.corp.example");
        String id = isolate(agent);
        String lease = agent.lease();

        by(agent.credential())
                .body("{\"leaseId\":\"" + lease + "\",\"status\":\"Failed\",\"message\":\"disk full\"}")
                .post("/agent/v1/actions/" + id + "/result")
                .then()
                .statusCode(200);

        with(ALL)
                .get("/api/machineactions/" + id)
                .then()
                .body("status", is("Failed"))
                .body("errorHResult", is(0x80004005));
        assertThat(TestDatabase.column(
                        "select detail->>'message' from audit_entry where action = 'action.report' and target = ?", id))
                .containsExactly("disk full");
    }

    /// Whoever was told to go is gone: its credential counts no more, and nothing can be asked of it.
    @Test
    void shouldNotTakeTheReportOfAnotherDeliveryForTheOneThatCounts() {
        // Given
        Agent agent = enrol("ws6.corp.example");
        String id = isolate(agent);
        String first = agent.lease();
        TestDatabase.update("update machine_action set lease_expires_at = now() - interval '1 second'");
        String second = agent.lease();
        agent.report(id, first, "Succeeded").body("accepted", is(true));

        // When
        agent.report(id, first, "Succeeded").body("accepted", is(true));
        agent.report(id, second, "Succeeded").body("accepted", is(true));
        agent.report(id, second, "Succeeded").body("accepted", is(true));

        // Then
        assertThat(TestDatabase.column("select action from audit_entry where target = ? order by id", id))
                .isEqualTo(List.of(
                        "action.submit", "action.deliver", "action.deliver", "action.report", "action.report-again"));
        with("Machine.Read.All")
                .get("/v1/feeds/actions?limit=100")
                .then()
                .statusCode(200)
                .body(org.hamcrest.Matchers.containsString("\"again\":1"));
    }

    @Test
    void shouldAskNothingMoreOfAMachineThatWasOffboarded() {
        Agent agent = enrol("ws5.corp.example");
        String id = act(agent.machineId(), "offboard", "{\"Comment\":\"c\"}")
                .statusCode(201)
                .extract()
                .path("id");

        agent.report(id, agent.lease(), "Succeeded").statusCode(200);

        agent.actions(0).statusCode(401);
        with(ALL).get("/api/machines/" + agent.machineId()).then().body("onboardingStatus", is("CanBeOnboarded"));
        act(agent.machineId(), "isolate", "{\"Comment\":\"c\"}").statusCode(400).body("error.code", is("BadRequest"));
        Agent again = enrol("ws5.corp.example");
        isolate(again);
    }

    /// It was told to go and went, though somebody had taken that back meanwhile.
    @Test
    void shouldKnowThatAMachineHasGoneAlsoWhenNobodyWaitedForItAnyMore() {
        Agent agent = enrol("ws5.corp.example");
        String id = act(agent.machineId(), "offboard", "{\"Comment\":\"c\"}")
                .statusCode(201)
                .extract()
                .path("id");
        String lease = agent.lease();
        with(ALL).body("{\"Comment\":\"c\"}").post("/api/machineactions/" + id + "/cancel");

        agent.report(id, lease, "Succeeded").statusCode(200).body("status", is("Cancelled"));

        agent.actions(0).statusCode(401);
        with(ALL).get("/api/machines/" + agent.machineId()).then().body("onboardingStatus", is("CanBeOnboarded"));
    }

    @Test
    void shouldGiveAMachineThatComesBackOnTheLastDayTheTimeItNeeds() {
        Agent agent = enrol("ws5.corp.example");
        isolate(agent);
        TestDatabase.update("update machine_action set deadline = now() + interval '5 minutes'");

        agent.lease();

        assertThat(TestDatabase.value("select deadline > now() + interval '23 hours' from machine_action"))
                .isEqualTo(true);
    }

    @Test
    void shouldListNewestFirstAndFilter() {
        Agent agent = enrol("ws6.corp.example");
        String first = isolate(agent);
        String second = act(agent.machineId(), "runAntiVirusScan", "{\"Comment\":\"c\",\"ScanType\":\"Full\"}")
                .extract()
                .path("id");

        with("Machine.Read.All").get("/api/machineactions").then().body("value.id", is(List.of(second, first)));
        with("Machine.Read.All")
                .get("/api/machineactions?$filter=type%20eq%20'Isolate'%20and%20id%20eq%20" + first)
                .then()
                .body("value", hasSize(1));
        with("Machine.Read.All")
                .get("/api/machineactions?$filter=nonsense")
                .then()
                .statusCode(400)
                .body("error.code", is("ODataError"));
    }

    @Test
    void shouldHideAndRefuseWhenTheCallerHasNoBusinessHere() {
        Agent agent = enrol("ws6.corp.example");
        String id = isolate(agent);
        String other = Tokens.of(Tokens.OTHER_TENANT, "x", ALL);

        by(other).get("/api/machineactions/" + id).then().statusCode(404);
        by(other)
                .body("{}")
                .post("/api/machineactions/" + id + "/cancel")
                .then()
                .statusCode(404);
        by(other)
                .body("{\"Comment\":\"c\"}")
                .post("/api/machines/" + agent.machineId() + "/isolate")
                .then()
                .statusCode(404);
        by(other)
                .get("/api/machines/" + agent.machineId())
                .then()
                .statusCode(404)
                .body("error.code", is("ResourceNotFound"));
        RestAssured.get("/api/machineactions").then().statusCode(401);
        with("Alert.Read.All").get("/api/machineactions").then().statusCode(403);
        with("Machine.Read.All")
                .body("{\"Comment\":\"c\"}")
                .post("/api/machines/" + agent.machineId() + "/isolate")
                .then()
                .statusCode(403);
        with("Machine.Read.All")
                .get("/api/machineactions/xyz")
                .then()
                .statusCode(400)
                .body("error.code", is("BadRequest"));
        with("Machine.Read.All")
                .get("/api/machineactions/1-1-1-1-1")
                .then()
                .statusCode(400)
                .body("error.code", is("BadRequest"));
        with("Machine.Read.All")
                .get("/api/machineactions/" + UUID.randomUUID())
                .then()
                .statusCode(404);
        act("0".repeat(40), "isolate", "{\"Comment\":\"c\"}").statusCode(404);
    }

    private static io.restassured.response.ValidatableResponse get(String id) {
        return with("Machine.Read.All").get("/api/machineactions/" + id).then().statusCode(200);
    }
}

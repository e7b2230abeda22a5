package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.in;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tocsin.response.AlertPeer;
import io.tocsin.response.ApiTest;
import io.tocsin.testkit.AnswerCheck;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Contract 40 §1 to §4, and `POST /v1/investigations` (docs/api.md).
@QuarkusTest
class InvestigationsTest extends ApiTest {

    @Test
    void shouldAnswerAsDeclaredWhenStartedListedAndRead() {
        Agent agent = enrol("ws5.corp.example");

        var started = with("Alert.ReadWrite.All")
                .body("{\"Comment\":\"Hunt finding 44\"}")
                .post("/api/machines/" + agent.machineId() + "/startInvestigation");

        AnswerCheck.entity(started, "Investigations", "Investigation");
        started.then()
                .statusCode(201)
                .body("state", is("Queued"))
                .body("endTime", nullValue())
                .body("machineId", is(agent.machineId()))
                .body("computerDnsName", is("ws5.corp.example"))
                .body("triggeringAlertId", matchesPattern("ar\\d{18}_\\d+"));
        String id = started.path("id");
        AnswerCheck.collection(read("/api/investigations"), "Investigations", "Investigation");
        AnswerCheck.entity(read("/api/v1.0/investigations/" + id), "Investigations", "Investigation");
        AnswerCheck.entity(
                read("/api/investigations/" + started.path("triggeringAlertId")), "Investigations", "Investigation");
        assertThat(TestDatabase.column(
                        "select action from audit_entry where target = ? and action like 'investigation.%'", id))
                .contains("investigation.start");
    }

    @Test
    void shouldAnswerTheOpenOneWhenItsMachineIsInvestigatedAlready() {
        Agent agent = enrol("ws5.corp.example");
        alert(agent);
        String first = start(agent).statusCode(201).extract().path("id");

        start(agent).statusCode(201).body("id", is(first));
        assertThat(TestDatabase.count("investigation")).isEqualTo(1);
    }

    @Test
    void shouldHaveItsAlertRaisedOnceWhenStartedByHandAndNotAgainWhenItGoesOnAlready() {
        // Given
        AlertPeer.forget();
        AlertPeer.answers(0);
        Agent agent = enrol("ws5.corp.example");
        alert(agent);

        // When
        String id = start(agent).statusCode(201).extract().path("id");
        await().atMost(Duration.ofSeconds(20)).until(() -> !AlertPeer.asked().isEmpty());
        AlertPeer.answers(201);

        // Then
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            TestDatabase.update("update outbox set next_at = now() where attempts > 0");
            assertThat(TestDatabase.count("outbox")).isZero();
        });
        String alert = read("/api/investigations/" + id).path("triggeringAlertId");
        assertThat(AlertPeer.asked())
                .allSatisfy(call ->
                        assertThat(call).contains(alert, agent.machineId(), "test-app", "\"investigationId\":" + id));
        assertThat(AlertPeer.asked().stream().map(call -> call.split(" ")[0]).distinct())
                .hasSize(1);
        int calls = AlertPeer.asked().size();
        start(agent).statusCode(201).body("id", is(id));
        assertThat(TestDatabase.count("outbox")).isZero();
        assertThat(AlertPeer.asked()).hasSize(calls);
        assertThat(TestDatabase.count("investigation_alert")).isEqualTo(1);
    }

    @Test
    void shouldEndWhenItsMachineIsNotKnownAnyMore() {
        Agent agent = enrol("ws5.corp.example");
        String id =
                open(agent.machineId(), alert(agent)).statusCode(201).extract().path("id");

        TestDatabase.update("delete from agent");
        TestDatabase.update("delete from machine");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> read("/api/investigations/" + id)
                        .then()
                        .body("state", is("TerminatedBySystem"))
                        .body("statusDetails", is("The machine is not known any more"))
                        .body("endTime", notNullValue()));
        assertThat(TestDatabase.column(
                        "select detail->>'reason' from audit_entry where target = ? and action = 'investigation.end'",
                        id))
                .contains("The machine is not known any more");
    }

    @ParameterizedTest
    @CsvSource({"Ubuntu,0", "macOS,0", "Windows7,0", "Windows10,15063"})
    void shouldRefuseByHandAndSayWhyToAnAlertWhenTheSystemIsNotInvestigated(String platform, long build) {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update("update machine set os_platform = ?, os_build = nullif(?, 0)", platform, build);

        start(agent).statusCode(400).body("error.code", is("OsPlatformNotSupported"));
        assertThat(TestDatabase.count("investigation")).isZero();
        open(agent.machineId(), alert(agent)).statusCode(201).body("state", is("UnsupportedOs"));
        read("/api/investigations")
                .then()
                .body("value[0].endTime", notNullValue())
                .body("value", hasSize(1));
    }

    @Test
    void shouldInvestigateNothingWhenTheDeviceGroupWantsNoAutomatedResponse() {
        Agent agent = enrol("ws5.corp.example");
        with("DeviceGroup.ReadWrite.All")
                .body("{\"automationLevel\":\"NoAutomatedResponse\"}")
                .patch("/v1/device-groups/0")
                .then()
                .statusCode(200);
        assigned();

        start(agent).statusCode(403).body("error.code", is("DisabledFeature"));
        open(agent.machineId(), alert(agent)).statusCode(201).body("state", is("TerminatedBySystem"));
    }

    @Test
    void shouldOpenOneForAnAlertAndAnswerItAgainWhenAsked() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent);

        String id = open(agent.machineId(), alert)
                .statusCode(201)
                .body("state", is("Queued"))
                .extract()
                .path("id");

        open(agent.machineId(), alert)
                .statusCode(200)
                .body("id", is(id))
                .body("state", in(List.of("Queued", "Running", "PendingApproval")));
        read("/api/investigations/" + alert).then().body("id", is(id)).body("triggeringAlertId", is(alert));
    }

    @Test
    void shouldJoinTheOpenOneWhenItsMachineHasAnotherAlert() {
        Agent agent = enrol("ws5.corp.example");
        String id = open(agent.machineId(), alert(agent)).extract().path("id");
        String second = alert(agent);

        open(agent.machineId(), second).statusCode(200).body("id", is(id));
        open(agent.machineId(), second).statusCode(200).body("id", is(id));
        assertThat(TestDatabase.column(
                        "select count(*) from alert_investigation where investigation_id = ?", Long.valueOf(id)))
                .containsExactly(2L);
    }

    @Test
    void shouldOpenExactlyOneWhenManyAlertsOfAMachineAskAtOnce() {
        Agent agent = enrol("ws5.corp.example");
        List<String> alerts = IntStream.range(0, 8).mapToObj(i -> alert(agent)).toList();

        var answers = alerts.stream()
                .map(alert -> CompletableFuture.supplyAsync(
                        () -> open(agent.machineId(), alert).extract()))
                .toList();

        var ids = new HashSet<String>();
        answers.forEach(answer -> ids.add(answer.join().path("id")));
        assertThat(ids).hasSize(1);
        assertThat(answers.stream().map(it -> it.join().statusCode()).filter(it -> it == 201))
                .hasSize(1);
        assertThat(TestDatabase.count("investigation_alert")).isEqualTo(8);
    }

    @Test
    void shouldEndByItselfWhenItsDeadlineHasPassed() {
        Agent agent = enrol("ws5.corp.example");
        alert(agent);
        String id = start(agent).extract().path("id");

        TestDatabase.update("update investigation set deadline = now() - interval '1 second'");

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> read("/api/investigations/" + id)
                        .then()
                        .body("state", is("TerminatedBySystem"))
                        .body("endTime", notNullValue()));
        start(agent).statusCode(201).body("state", is("Queued"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    $filter=state%20eq%20'PendingApproval'&$top=20                  | 3
                    $filter=id%20eq%20'2'                                           | 2
                    $filter=id%20gt%201                                             | 2,3
                    $filter=machineId%20eq%20'm1'                                   | 1,2
                    $filter=triggeringAlertId%20eq%20'a3'                           | 3
                    $filter=startTime%20ge%202026-02-01T00:00:00Z                   | 3
                    $orderby=startTime%20desc                                       | 3,2,1
                    $skip=1&$top=1                                                  | 2
                    """)
    void shouldAnswerThoseAskedFor(String options, String ids) {
        three();

        read("/api/investigations?" + options).then().statusCode(200).body("value.id", is(List.of(ids.split(","))));
    }

    @ParameterizedTest
    @CsvSource({"$top=10001", "$filter=comment eq 'x'", "$filter=state eq 'Dire'"})
    void shouldAnswerAnODataErrorWhenAnOptionCannotBeHonoured(String options) {
        read("/api/investigations?" + options.replace(" ", "%20"))
                .then()
                .statusCode(400)
                .body("error.code", is("ODataError"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                              | 400 | MissingRequiredParameter
                    {"machineId":"%s"}                              | 400 | MissingRequiredParameter
                    {"machineId":"%s","alertId":"nosuch"}           | 404 | ResourceNotFound
                    {"machineId":"0","alertId":"%s"}                | 404 | ResourceNotFound
                    {"machineId":"%s","alertId":"a","incidentId":0} | 400 | InvalidInput
                    """)
    void shouldStoreNothingWhenTheRequestIsRefused(String body, int status, String code) {
        Agent agent = enrol("ws5.corp.example");

        service()
                .body(body.formatted(agent.machineId()))
                .post("/v1/investigations")
                .then()
                .statusCode(status)
                .body("error.code", is(code));
        assertThat(TestDatabase.count("investigation")).isZero();
    }

    @Test
    void shouldAskForACommentAndTheMachineWhenStartedByHand() {
        Agent agent = enrol("ws5.corp.example");

        with("Alert.ReadWrite.All")
                .body("{}")
                .post("/api/machines/" + agent.machineId() + "/startInvestigation")
                .then()
                .statusCode(400)
                .body("error.code", is("MissingRequiredParameter"));
        with("Alert.ReadWrite.All")
                .body("{\"Comment\":\"c\"}")
                .post("/api/machines/nosuch/startInvestigation")
                .then()
                .statusCode(404);
        with("Alert.Read.All")
                .body("{\"Comment\":\"c\"}")
                .post("/api/machines/" + agent.machineId() + "/startInvestigation")
                .then()
                .statusCode(403);
        read("/api/investigations/77").then().statusCode(404).body("error.code", is("ResourceNotFound"));
    }

    /// What `availableMachineActions` says is what `startInvestigation` answers.
    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            FullRemediateThreatsAutomatically, Onboarded,    Windows11, -,                      201
            NoAutomatedResponse,               Onboarded,    Windows11, DisabledFeature,        403
            FullRemediateThreatsAutomatically, CanBeOnboarded, Windows11, BadRequest,           400
            FullRemediateThreatsAutomatically, Onboarded,    Ubuntu,    OsPlatformNotSupported, 400
            """)
    void shouldSayWhetherAnInvestigationCanBeStarted(
            String level, String onboarding, String platform, String code, int status) {
        Agent agent = enrol("ws5.corp.example");
        with("DeviceGroup.ReadWrite.All")
                .body("{\"automationLevel\":\"" + level + "\"}")
                .patch("/v1/device-groups/0")
                .then()
                .statusCode(200);
        assigned();
        TestDatabase.update("update machine set onboarding_status = ?, os_platform = ?", onboarding, platform);

        var available = with("Machine.Read.All")
                .get("/api/machines/" + agent.machineId() + "/availableMachineActions")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();

        String initiate = "value.find { it.action == 'InitiateInvestigation' }.";
        assertThat(available.getBoolean(initiate + "isAvailable")).isEqualTo(code == null);
        String message = start(agent)
                .statusCode(status)
                .body("error.code", is(code))
                .extract()
                .path("error.message");
        assertThat(available.getString(initiate + "notSupportedReason")).isEqualTo(message);
        assertThat(available.getBoolean("value.find { it.action == 'LiveResponse' }.isAvailable"))
                .isEqualTo(onboarding.equals("Onboarded") && !level.equals("NoAutomatedResponse"));
    }

    private static void three() {
        TestDatabase.update("insert into machine (tenant_id, id) values (cast(? as uuid), 'm1')", Tokens.TENANT);
        TestDatabase.update("""
                insert into investigation (tenant_id, id, state, start_ticks, end_ticks, machine_id, triggering_alert_id,
                    origin, requestor, due, deadline)
                select cast(? as uuid), n, state, ticks, ends, machine, 'a' || n, 'Alert', 'x', now() + interval '1 day',
                    now() + interval '1 day'
                from (values (1, 'Benign', 17000000000000000, 17000000000000001, 'm1'),
                    (2, 'Queued', 17000000000000002, null, 'm1'),
                    (3, 'PendingApproval', 17800000000000000, null, 'm2')) as i (n, state, ticks, ends, machine)
                """, Tokens.TENANT);
    }

    private static io.restassured.response.Response read(String path) {
        return with("Alert.Read.All").get(path);
    }

    private static ValidatableResponse start(Agent agent) {
        return with("Alert.ReadWrite.All")
                .body("{\"Comment\":\"Hunt finding 44\"}")
                .post("/api/machines/" + agent.machineId() + "/startInvestigation")
                .then();
    }

    private static io.restassured.specification.RequestSpecification service() {
        return with("Service.Investigate");
    }

    private static ValidatableResponse open(String machine, String alert) {
        return service()
                .body("{\"machineId\":\"" + machine + "\",\"alertId\":\"" + alert + "\",\"comment\":\"by policy\"}")
                .post("/v1/investigations")
                .then();
    }

    private static String alert(Agent agent) {
        String alert = "da" + UUID.randomUUID();
        TestDatabase.update(
                "insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,"
                        + " alert_creation_ticks, last_update_ticks, machine_id)"
                        + " values (?, cast(? as uuid), 's', ?, 'Medium', 'New', 't', 'd', 1, 1, ?)",
                alert,
                Tokens.TENANT,
                alert,
                agent.machineId());
        // suspicious, so that its investigation waits for a person
        TestDatabase.update(
                "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1)"
                        + " values (cast(? as uuid), ?, 0, 'File', 1, ?)",
                Tokens.TENANT,
                alert,
                "b".repeat(40));
        return alert;
    }
}

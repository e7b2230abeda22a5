package io.tocsin.alert.investigation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.ResponsePeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.hamcrest.Matcher;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class InvestigateAlertsTest extends ApiTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String HIGH = "{\"value\":[{\"name\":\"high\",\"minimumSeverity\":\"High\"}]}";

    @BeforeEach
    void forgetCalls() {
        ResponsePeer.forget();
        TestDatabase.update(
                "insert into machine (id, tenant_id, computer_dns_name, first_seen_ticks, last_seen_ticks,"
                        + " rbac_group_id, group_generation) select ?, cast(? as uuid), 'ws6.corp.example', 1, 1, 7, 1",
                MACHINE,
                Tokens.TENANT);
    }

    @Test
    void shouldAskOnceAndTellOnTheAlertWhenAPolicyAsksForIt() {
        // Given
        put(HIGH).statusCode(200);

        // When
        String low = alert("Low", "ids");
        String high = alert("High", "ids");

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts/" + high)
                        .then()
                        .body("investigationState", is("Queued")));
        int investigation = with("Alert.Read.All")
                .get("/api/alerts/" + high)
                .then()
                .extract()
                .path("investigationId");
        assertThat(investigation).isGreaterThan(330);
        with("Alert.Read.All").get("/api/alerts/" + low).then().body("investigationId", nullValue());
        assertThat(ResponsePeer.asked())
                .singleElement()
                .asString()
                .endsWith(" " + high + " " + MACHINE + " "
                        + TestDatabase.value("select incident_id from alert where id = ?", high));
        assertThat(TestDatabase.column(
                        "select detail->>'policy' from audit_entry where action = 'alert.investigate' and target = ?",
                        high))
                .containsExactly("high");
        touch(high);
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> ResponsePeer.asked().size() == 1);
        assertThat(TestDatabase.count("outbox")).isZero();
    }

    @Test
    void shouldAskAgainWithTheSameKeyWhenTheAnswerWasLostAndThePeerWasDown() {
        // Given
        put(HIGH).statusCode(200);
        ResponsePeer.answers(0);
        String id = alert("High", "ids");
        await().atMost(SOON).until(() -> !ResponsePeer.asked().isEmpty());
        ResponsePeer.answers(503);
        int before = ResponsePeer.asked().size();
        due();
        await().atMost(SOON).until(() -> ResponsePeer.asked().size() > before);

        // When
        ResponsePeer.answers(201);

        // Then
        await().atMost(SOON).untilAsserted(() -> {
            due();
            with("Alert.Read.All").get("/api/alerts/" + id).then().body("investigationState", is("Queued"));
        });
        assertThat(ResponsePeer.asked().stream().map(line -> line.split(" ")[0]).distinct())
                .hasSize(1);
    }

    @Test
    void shouldKeepItVisibleWhenThePeerRefusesForGoodOrItIsTooOld() {
        // Given
        put(HIGH).statusCode(200);
        ResponsePeer.answers(400);

        // When
        alert("High", "refused");
        await().atMost(SOON).until(() -> states().equals(List.of("Dead")));
        ResponsePeer.answers(503);
        alert("High", "old");
        await().atMost(SOON).until(() -> ResponsePeer.asked().size() >= 2);
        TestDatabase.update(
                "update outbox set created_at = now() - interval '25 hours', next_at = now() where state = 'Waiting'");

        // Then
        await().atMost(SOON).until(() -> states().equals(List.of("Dead", "Dead")));
        assertThat(TestDatabase.column("select last_error from outbox order by last_error"))
                .allSatisfy(reason -> assertThat(reason.toString()).contains("response-service answered"));
    }

    @Test
    void shouldNotLetOneThatIsClaimedBeAskedTwice() {
        // Given
        put(HIGH).statusCode(200);
        ResponsePeer.answers(503);
        alert("High", "ids");
        await().atMost(SOON).until(() -> !ResponsePeer.asked().isEmpty());
        TestDatabase.update("update outbox set claimed_by = gen_random_uuid(), next_at = now() + interval '1 hour'");
        ResponsePeer.forget();

        // When, then
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> ResponsePeer.asked().isEmpty());
        due(); // whoever claimed it has died
        await().atMost(SOON).until(() -> TestDatabase.count("outbox") == 0);
        assertThat(ResponsePeer.asked()).hasSize(1);
    }

    @Test
    void shouldAskForMachinesOfThePoliciesGroupsOnlyAndWaitForTheGroup() {
        // Given
        put("{\"value\":[{\"name\":\"servers\",\"minimumSeverity\":\"Low\",\"deviceGroupIds\":[7]}]}")
                .statusCode(200);
        TestDatabase.update("update machine set group_generation = -1");
        String id = alert("High", "ids");
        await().atMost(SOON).until(() -> !attempts().isEmpty());

        // When
        TestDatabase.update("update machine set group_generation = 2");

        // Then
        await().atMost(SOON).untilAsserted(() -> {
            due();
            assertThat(ResponsePeer.asked()).singleElement().asString().contains(id);
        });
        TestDatabase.update("update machine set rbac_group_id = 8");
        alert("High", "other");
        await().atMost(SOON).until(() -> TestDatabase.count("outbox") == 0);
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> ResponsePeer.asked().size() == 1);
    }

    @Test
    void shouldNotAskForMoreThanTheTenantAllowsInAnHour() {
        // Given
        put("{\"value\":[{\"name\":\"all\",\"minimumSeverity\":\"Low\"}],\"perHour\":2}")
                .statusCode(200);

        // When
        for (int i = 0; i < 4; i++) {
            alert("High", "ids" + i);
        }

        // Then
        await().atMost(SOON).until(() -> ResponsePeer.asked().size() >= 2);
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> ResponsePeer.asked().size() == 2);
    }

    @Test
    void shouldAskForNothingWhenNoPolicyIsInForceOrTheAlertCameBefore() {
        // Given
        alert("High", "before");
        put(HIGH).statusCode(200);
        put("{\"value\":[{\"name\":\"off\",\"enabled\":false,\"minimumSeverity\":\"Low\"},"
                        + "{\"name\":\"of another\",\"minimumSeverity\":\"Low\",\"sources\":[\"Other\"]}]}")
                .statusCode(200);

        // When
        alert("High", "ids");
        alert("High", "other");

        // Then
        await().atMost(SOON).until(() -> ResponsePeer.asked().size() == 1);
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> ResponsePeer.asked().size() == 1);
    }

    /// Contract 10 §4.3, rule 3.
    @Test
    void shouldInvestigateAlertsMadeByReferenceUntilTheTenantSaysOtherwise() {
        // Given
        sighted();
        alert("High", "ids");

        // When
        String id = byReference("made by reference");

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts/" + id)
                        .then()
                        .body("investigationState", is("Queued")));
        alert("High", "later");
        byReference("made by reference"); // the same title: merged, not another
        put("{\"value\":[{\"name\":\"of another\",\"minimumSeverity\":\"Low\",\"sources\":[\"acme\"]}],\"perHour\":1}")
                .statusCode(200);
        byReference("beside the policies");
        byReference("beyond what they may ask for");
        await().atMost(SOON).until(() -> ResponsePeer.asked().size() == 3);
        put("{\"value\":[],\"alertsByReference\":false}").statusCode(200);
        String other = byReference("not any more");
        await().atMost(SOON)
                .until(() -> TestDatabase.value("select incident_id from alert where id = ?", other) != null);
        await().during(Duration.ofSeconds(1))
                .atMost(SOON)
                .until(() -> ResponsePeer.asked().size() == 3);
    }

    @Test
    void shouldTellOnTheAlertHowItsInvestigationGoesOn() {
        // Given
        put(HIGH).statusCode(200);
        String id = alert("High", "ids");
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts/" + id)
                        .then()
                        .body("investigationState", is("Queued")));
        Object investigation = TestDatabase.value("select investigation_id from alert where id = ?", id);

        // When response-service says how it ended
        TestDatabase.update("""
                insert into investigation (tenant_id, id, state, start_ticks, end_ticks, machine_id, triggering_alert_id, origin,
                    requestor, deadline)
                values (cast(? as uuid), ?, 'Benign', 1, 2, ?, ?, 'Alert', 'alert-service', now())
                """, Tokens.TENANT, investigation, MACHINE, id);
        TestDatabase.update(
                "insert into investigation_alert (tenant_id, alert_id, investigation_id) values (cast(? as uuid), ?, ?)",
                Tokens.TENANT,
                id,
                investigation);

        // Then
        await().atMost(SOON)
                .untilAsserted(() -> with("Alert.Read.All")
                        .get("/api/alerts/" + id)
                        .then()
                        .body("investigationState", is("Benign")));
    }

    @Test
    void shouldRaiseOneInformationalAlertOfAnInvestigationStartedByHandAndResolveItWhenThatEnds() {
        // When
        raise("ar639062219000000000_52011").statusCode(201).body("id", is("ar639062219000000000_52011"));
        raise("ar639062219000000000_52011").statusCode(200).body("id", is("ar639062219000000000_52011"));

        // Then
        shows("ar639062219000000000_52011", "status", is("New"));
        with("Alert.Read.All")
                .get("/api/alerts/ar639062219000000000_52011")
                .then()
                .body("title", is("Automated investigation started manually"))
                .body("severity", is("Informational"))
                .body("detectionSource", is("AutomatedInvestigation"))
                .body("category", is("SuspiciousActivity"))
                .body("investigationId", is(331))
                .body("investigationState", is("Queued"))
                .body("machineId", is(MACHINE))
                .body("description", containsString("ann@corp.example started investigation 331"))
                .body("firstEventTime", is("2026-02-03T09:25:00Z"));
        investigation(331, "PartiallyInvestigated", "ar639062219000000000_52011");
        shows("ar639062219000000000_52011", "investigationState", is("PartiallyInvestigated"));
        shows("ar639062219000000000_52011", "status", is("Resolved"));
        assertThat(TestDatabase.column(
                        "select detail->>'state' from audit_entry where action = 'alert.resolve' and target = ?",
                        "ar639062219000000000_52011"))
                .contains("PartiallyInvestigated");
    }

    @ParameterizedTest
    @CsvSource({
        "Benign, Resolved",
        "SuccessfullyRemediated, Resolved",
        "PartiallyRemediated, New",
        "TerminatedBySystem, New"
    })
    void shouldResolveTheAlertOnlyWhenNoThreatIsLeft(String state, String status) {
        // Given
        String id = alert("High", "ids");
        TestDatabase.update("update alert set investigation_id = 77, investigation_state = 'Running' where id = ?", id);

        // When
        investigation(77, state, id);

        // Then
        shows(id, "investigationState", is(state));
        shows(id, "status", is(status));
        with("Alert.Read.All")
                .get("/api/alerts/" + id)
                .then()
                .body("resolvedTime", status.equals("New") ? nullValue() : notNullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"da639062219000000000_52011", "ar1", "ar1_x", ""})
    void shouldRaiseNothingForAnIdThatIsNone(String id) {
        raise(id).statusCode(400);
        assertThat(TestDatabase.count("alert")).isZero();
    }

    private static ValidatableResponse raise(String id) {
        return with("Tocsin.Service")
                .body("{\"alertId\":\"" + id + "\",\"investigationId\":331,\"machineId\":\"" + MACHINE
                        + "\",\"startTime\":\"2026-02-03T09:25:00Z\",\"requestor\":\"ann@corp.example\"}")
                .post("/v1/alerts/manual-investigation")
                .then();
    }

    private static void shows(String id, String property, Matcher<?> value) {
        await().atMost(SOON)
                .untilAsserted(() ->
                        with("Alert.Read.All").get("/api/alerts/" + id).then().body(property, value));
    }

    private static void investigation(long number, String state, String alert) {
        TestDatabase.update("""
                insert into investigation (tenant_id, id, state, start_ticks, end_ticks, machine_id, triggering_alert_id, origin,
                    requestor, deadline)
                values (cast(? as uuid), ?, ?, 1, 2, ?, ?, 'Alert', 'alert-service', now())
                """, Tokens.TENANT, number, state, MACHINE, alert);
        TestDatabase.update(
                "insert into investigation_alert (tenant_id, alert_id, investigation_id) values (cast(? as uuid), ?, ?)",
                Tokens.TENANT,
                alert,
                number);
    }

    @Test
    void shouldShowWhatWasPutWhenThePoliciesAreRead() {
        with("SecurityConfiguration.Read.All")
                .get("/v1/investigation-policies")
                .then()
                .statusCode(200)
                .body("value", empty())
                .body("alertsByReference", is(true))
                .body("perHour", is(100))
                .body("lastUpdatedBy", nullValue());

        put("{\"value\":[{\"name\":\"n\",\"minimumSeverity\":\"medium\",\"sources\":[\"a\"]}],\"perHour\":7}")
                .statusCode(200);

        with("SecurityConfiguration.Read.All")
                .get("/v1/investigation-policies")
                .then()
                .statusCode(200)
                .body("value[0].minimumSeverity", is("Medium"))
                .body("value[0].enabled", is(true))
                .body("value[0].sources[0]", is("a"))
                .body("perHour", is(7))
                .body("alertsByReference", is(true))
                .body("lastUpdatedBy", is("test-app"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"value\":[null]}",
                "{\"value\":[{\"minimumSeverity\":\"High\"}]}",
                "{\"value\":[{\"name\":\"n\"}]}",
                "{\"value\":[{\"name\":\"n\",\"minimumSeverity\":\"Worst\"}]}",
                "{\"value\":[],\"perHour\":0}",
                "{\"value\":[],\"perHour\":1001}"
            })
    void shouldRefuseWhatIsNoPolicyAndKeepWhatThereWas(String body) {
        put(HIGH).statusCode(200);

        put(body).statusCode(400);

        with("SecurityConfiguration.Read.All")
                .get("/v1/investigation-policies")
                .then()
                .body("value[0].name", is("high"));
    }

    @Test
    void shouldRefuseAPersonToWhomADeviceGroupIsClosed() {
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,
                    user_group_names, rules)
                values (cast(? as uuid), 7, 1, 'closed', 'NoAutomatedResponse', 1, '{admins}', '{Admins}', '[]')
                """, Tokens.TENANT);

        RestAssured.given()
                .contentType("application/json")
                .header(
                        "Authorization",
                        "Bearer "
                                + Tokens.member(
                                        Set.of("others"), "kim@corp.example", "SecurityConfiguration.ReadWrite"))
                .body(HIGH)
                .put("/v1/investigation-policies")
                .then()
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"))
                .body("error.message", containsString("device groups"));
    }

    private static ValidatableResponse put(String policies) {
        return with("SecurityConfiguration.ReadWrite.All")
                .body(policies)
                .put("/v1/investigation-policies")
                .then();
    }

    private static String alert(String severity, String source) {
        String id = "da" + UUID.randomUUID() + "_1";
        TestDatabase.update("""
                insert into alert (id, tenant_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, last_update_ticks, machine_id, correlated)
                values (?, cast(? as uuid), ?, ?, ?, 'New', 't', '', 17700000000000000, 17700000000000000, ?, false)
                """, id, Tokens.TENANT, source, id, severity, MACHINE);
        return id;
    }

    private static String byReference(String title) {
        return with("Alert.ReadWrite.All")
                .body("""
                        {"machineId":"%s","eventTime":"2026-02-03T09:15:27.1043382Z","reportId":"48213","severity":"Low",
                         "title":"%s","description":"d","recommendedAction":"Isolate","category":"CommandAndControl"}
                        """.formatted(MACHINE, title))
                .post("/api/alerts/CreateAlertByReference")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    private static void touch(String id) {
        TestDatabase.update("update alert set last_update_ticks = last_update_ticks + 1 where id = ?", id);
    }

    private static void due() {
        TestDatabase.update("update outbox set next_at = now() where state = 'Waiting'");
    }

    private static List<Object> states() {
        return TestDatabase.column("select state from outbox order by created_at");
    }

    private static List<Object> attempts() {
        return TestDatabase.column("select attempts from outbox where last_error is not null");
    }
}

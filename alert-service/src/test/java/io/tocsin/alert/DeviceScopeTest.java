package io.tocsin.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What people reach of alerts, incidents and stories (contract 00 §2.2): WS5 is in a group of
/// `finance-soc`, WS6 in an open one, and one incident holds an alert of each.
@QuarkusTest
class DeviceScopeTest extends StoryApiTest {

    private static final String CLOSED = "da1_1";
    private static final String OPEN = "da1_2";
    private static final String NOWHERE = "da1_3";

    private long shared;
    private long closed;

    @BeforeEach
    void groupAndCorrelate() {
        group(1, 1, "Finance", "{Finance-SOC}");
        group(2, 2, "Servers", "{}");
        group(0, null, "UnassignedGroup", "{}");
        machine(WS5, 1, "Finance");
        machine(WS6, 2, "Servers");
        alert(CLOSED, WS5, "Beacon", "High", "CommandAndControl", NOON);
        alert(OPEN, WS6, "Spread", "Medium", "LateralMovement", NOON.plusSeconds(60));
        evidence(CLOSED, "Ip", "ip_address", "203.0.113.77");
        evidence(OPEN, "Ip", "ip_address", "203.0.113.77");
        process(WS5, 71, "secret.exe", "secret.exe -q", 4, "System", NOON);
        process(WS6, 72, "open.exe", "open.exe -q", 4, "System", NOON);
        evidence(CLOSED, "Process", "process_id", 71L);
        correlate();
        shared = (Long) TestDatabase.value("select incident_id from alert where id = ?", OPEN);
        assertThat(TestDatabase.value("select incident_id from alert where id = ?", CLOSED))
                .isEqualTo(shared);
        alert("da1_4", WS5, "Lonely", "Low", "Discovery", NOON.plusSeconds(90_000));
        alert(NOWHERE, null, "Somewhere", "Low", "Exfiltration", NOON.plusSeconds(200_000));
        correlate();
        closed = (Long) TestDatabase.value("select incident_id from alert where id = 'da1_4'");
        assertThat(closed).isNotEqualTo(shared);
    }

    @Test
    void shouldShowEverythingToApplicationsAndToTheGroupsOwnPeople() {
        with("Alert.Read.All").get("/api/alerts").then().body("value", hasSize(4));
        member("finance-soc").get("/api/alerts").then().body("value", hasSize(4));
        with("Incident.Read.All").get("/api/incidents").then().body("value", hasSize(3));
        member("finance-soc").get("/api/incidents/$count").then().body(is("3"));
    }

    @Test
    void shouldShowAnAlertWithTheGroupItsMachineIsInNow() {
        with("Alert.Read.All").get("/api/alerts/" + CLOSED).then().body("rbacGroupName", is("Finance"));
        TestDatabase.update("update machine set rbac_group_name = 'Finance and audit' where id = ?", WS5);
        with("Alert.Read.All")
                .get("/api/alerts?$filter=id%20eq%20'" + CLOSED + "'")
                .then()
                .body("value[0].rbacGroupName", is("Finance and audit"));
        with("Alert.Read.All").get("/api/alerts/" + NOWHERE).then().body("rbacGroupName", nullValue());
    }

    @Test
    void shouldHideAlertsOfMachinesOutOfReach() {
        member("other")
                .get("/api/alerts?$count=true&$expand=evidence")
                .then()
                .statusCode(200)
                .body("'@odata.count'", is(2))
                .body("value.id", containsInAnyOrder(OPEN, NOWHERE));
        member("other").get("/api/alerts/$count").then().body(is("2"));
        member("other")
                .get("/api/alerts?$filter=machineId%20eq%20'" + WS5 + "'%20or%20severity%20ne%20'x'")
                .then()
                .statusCode(400);
        member("other")
                .get("/api/alerts?$filter=machineId%20eq%20'" + WS5 + "'%20or%20status%20ne%20'Resolved'")
                .then()
                .body("value", hasSize(2));
        member("other")
                .get("/api/alerts?$filter=evidence/any(e:e/ipAddress%20eq%20'203.0.113.77')")
                .then()
                .body("value.id", contains(OPEN));
        member("other").get("/api/alerts/" + CLOSED).then().statusCode(404).body("error.code", is("ResourceNotFound"));
        member("other").get("/api/alerts/" + NOWHERE).then().statusCode(200);
    }

    @Test
    void shouldNotUpdateAnAlertOutOfReach() {
        member("other")
                .body("{\"status\":\"Resolved\",\"comment\":\"mine\"}")
                .patch("/api/alerts/" + CLOSED)
                .then()
                .statusCode(404);
        assertThat(TestDatabase.value("select status from alert where id = ?", CLOSED))
                .isEqualTo("New");
        assertThat(TestDatabase.count("alert_comment")).isZero();
        member("finance-soc")
                .body("{\"status\":\"Resolved\"}")
                .patch("/api/alerts/" + CLOSED)
                .then()
                .statusCode(200);
    }

    @Test
    void shouldShowOfAnIncidentOnlyWhatIsInReach() {
        member("other")
                .get("/api/incidents?$count=true")
                .then()
                .body("'@odata.count'", is(2))
                .body("value.find { it.incidentId == " + shared + " }.alerts.alertId", contains(OPEN));
        member("other").get("/api/incidents/$count").then().body(is("2"));
        member("other").get("/api/incidents/" + shared).then().body("alerts.alertId", contains(OPEN));
        member("other").get("/api/incidents/" + closed).then().statusCode(404);
        with("Incident.Read.All").get("/api/incidents/" + shared).then().body("alerts", hasSize(2));
    }

    @Test
    void shouldNameAnIncidentByWhatIsInReach() {
        with("Incident.Read.All")
                .get("/api/incidents/" + shared)
                .then()
                .body("incidentName", containsString("2 endpoints"))
                .body("severity", is("High"));
        member("other")
                .get("/api/incidents/" + shared)
                .then()
                .body("incidentName", is("Spread on ws6"))
                .body("severity", is("Medium"));
        member("other")
                .get("/v1/incidents/" + shared + "/story")
                .then()
                .body("incidentName", is("Spread on ws6"))
                .body("severity", is("Medium"));
        member("other").get("/api/incidents").then().body(not(containsString("ws5")));
    }

    @Test
    void shouldShowAMergedIncidentToThoseWhoReachItsTarget() {
        long merged = (Long) TestDatabase.value(
                "insert into incident (tenant_id, redirect_incident_id, incident_name, created_ticks, last_update_ticks, severity, status)"
                        + " values (cast(? as uuid), ?, 'm', 1, 1, 'Low', 'Redirected') returning incident_id",
                Tokens.TENANT,
                closed);

        member("other").get("/api/incidents/" + merged).then().statusCode(404);
        member("other").get("/v1/incidents/" + merged + "/story").then().statusCode(404);
        member("finance-soc").get("/api/incidents/" + merged).then().statusCode(200);
        member("finance-soc").get("/v1/incidents/" + merged + "/story").then().body("incidentId", is((int) closed));
    }

    @Test
    void shouldDrawAndTellBranchesOfWhatIsInReachOnly() {
        String secret = "/story/processes?machineId=" + WS5 + "&root=" + key(71, NOON.ticks());

        member("other")
                .get("/v1/incidents/" + shared + "/story.svg")
                .then()
                .statusCode(200)
                .body(not(containsString("secret.exe")))
                .body(not(containsString("ws5")));
        member("other").get("/v1/incidents/" + shared + secret).then().statusCode(404);
        member("other").get("/v1/alerts/" + CLOSED + "/story").then().statusCode(404);
        member("other").get("/v1/alerts/" + CLOSED + "/story.svg").then().statusCode(404);
        member("other").get("/v1/alerts/" + CLOSED + secret).then().statusCode(404);
        member("other").get("/v1/alerts/" + OPEN + "/story").then().statusCode(200);
        member("finance-soc").get("/v1/incidents/" + shared + secret).then().statusCode(200);
    }

    @Test
    void shouldMoveAndMergeOnlyWhatIsInReach() {
        String moveClosed = "{\"alertIds\":[\"" + CLOSED + "\"]}";
        String moveOpen = "{\"alertIds\":[\"" + OPEN + "\"]}";

        member("other").body(moveClosed).post("/v1/incidents").then().statusCode(404);
        member("other")
                .body(moveClosed)
                .post("/v1/incidents/" + shared + "/alerts")
                .then()
                .statusCode(404);
        member("other")
                .body(moveOpen)
                .post("/v1/incidents/" + closed + "/alerts")
                .then()
                .statusCode(404);
        member("other")
                .body("{\"incidentIds\":[" + closed + "]}")
                .post("/v1/incidents/" + shared + "/merge")
                .then()
                .statusCode(404);
        member("other")
                .body("{\"incidentIds\":[" + shared + "]}")
                .post("/v1/incidents/" + TestDatabase.value("select incident_id from alert where id = ?", NOWHERE)
                        + "/merge")
                .then()
                .statusCode(403)
                .body("error.code", is("DisallowedOperation"));
        assertThat(TestDatabase.value("select count(*) from incident where status = 'Redirected'"))
                .isEqualTo(0L);
        member("other")
                .body(moveOpen)
                .post("/v1/incidents")
                .then()
                .statusCode(201)
                .body("incidentName", is("Spread on ws6"))
                .body("alertIds", contains(OPEN));
    }

    @Test
    void shouldTellOnlyThePartOfAStoryThatIsInReach() {
        member("other")
                .get("/v1/incidents/" + shared + "/story")
                .then()
                .statusCode(200)
                .body("machines.machineId", contains(WS6))
                .body("alerts.alertId", contains(OPEN))
                .body("alerts[0].why.linkedAlertId", not(contains(CLOSED)))
                .body(not(containsString("secret.exe")))
                .body(not(containsString(WS5)));
        member("other").get("/v1/incidents/" + closed + "/story").then().statusCode(404);
        member("finance-soc")
                .get("/v1/incidents/" + shared + "/story")
                .then()
                .body("machines", hasSize(2))
                .body(containsString("secret.exe"));
    }

    @Test
    void shouldTellOnlyOfTheOwnMachineWhyAnAlertIsOnIt() {
        TestDatabase.update("""
                insert into alert_link (tenant_id, alert_id, rule, detail, created_ticks)
                values (cast(? as uuid), ?, 'MachineByAddress', '10.0.0.6 was the address of ws6 from a to b; 10.0.0.5 was the address of ws5 from a to b', 0)
                """, Tokens.TENANT, OPEN);

        String told = "alerts.find { it.alertId == '" + OPEN + "' }.why.find { it.rule == 'MachineByAddress' }.detail";
        with("Incident.Read.All")
                .get("/v1/incidents/" + shared + "/story")
                .then()
                .body(told, containsString("ws5"));
        member("other")
                .get("/v1/incidents/" + shared + "/story")
                .then()
                .body(told, is("10.0.0.6 was the address of ws6 from a to b"));
    }

    @Test
    void shouldNotRaiseAnAlertOnAMachineOutOfReach() {
        String body =
                "{\"source\":\"hunt\",\"sourceRef\":\"1\",\"title\":\"t\",\"severity\":\"Low\",\"machineId\":\"%s\"}";

        member("other").body(body.formatted(WS5)).post("/v1/alerts").then().statusCode(404);
        member("other")
                .body("[" + body.formatted(WS5) + "," + body.formatted(WS6) + "]")
                .post("/v1/alerts")
                .then()
                .statusCode(200)
                .body("value.status", contains(404, 201));
        assertThat(TestDatabase.value("select count(*) from alert where source = 'hunt' and machine_id = ?", WS5))
                .isEqualTo(0L);
    }

    @Test
    void shouldNotRepeatAnAlertWhoseMachineHasLeftTheCallersReach() {
        String body = "{\"source\":\"hunt\",\"sourceRef\":\"1\",\"title\":\"%s\",\"severity\":\"Low\"%s}";
        member("other")
                .body(body.formatted("before", ",\"machineId\":\"" + WS6 + "\""))
                .post("/v1/alerts")
                .then()
                .statusCode(201);
        TestDatabase.update("update machine set rbac_group_id = 1 where id = ?", WS6);

        member("other")
                .body(body.formatted("after", ""))
                .post("/v1/alerts")
                .then()
                .statusCode(404);
        machine("7".repeat(40), 2, "Servers");
        member("other")
                .body(body.formatted("taken over", ",\"machineId\":\"" + "7".repeat(40) + "\""))
                .post("/v1/alerts")
                .then()
                .statusCode(404);

        assertThat(TestDatabase.value("select title from alert where source = 'hunt'"))
                .isEqualTo("before");
    }

    @Test
    void shouldNotFindAnEventOnAMachineOutOfReach() {
        String event = """
                {"machineId":"%s","severity":"Low","title":"t","description":"d","recommendedAction":"r",
                 "eventTime":"%s","reportId":"%d","category":"Execution"}""";

        member("other")
                .body(event.formatted(WS5, NOON, 71))
                .post("/api/alerts/CreateAlertByReference")
                .then()
                .statusCode(404)
                .body("error.message", containsString("Machine"));
        member("other")
                .body(event.formatted(WS6, NOON, 72))
                .post("/api/alerts/CreateAlertByReference")
                .then()
                .statusCode(200)
                .body("rbacGroupName", is("Servers"));
    }

    private static RequestSpecification member(String... groups) {
        return RestAssured.given()
                .urlEncodingEnabled(false)
                .contentType("application/json")
                .auth()
                .oauth2(Tokens.member(Set.of(groups), "ana@corp.example", "Alert.ReadWrite", "Incident.ReadWrite"));
    }

    private static void group(int id, Integer rank, String name, String userGroups) {
        TestDatabase.update(
                "insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, user_group_ids,"
                        + " user_group_names, rules) values (cast(? as uuid), ?, cast(? as int), ?,"
                        + " 'FullRemediateThreatsAutomatically', 1, cast(? as text[]), cast(? as text[]), '{}')",
                Tokens.TENANT,
                id,
                rank,
                name,
                userGroups,
                userGroups);
    }

    private static void machine(String id, int group, String groupName) {
        TestDatabase.update(
                "insert into machine (tenant_id, id, computer_dns_name, rbac_group_id, rbac_group_name, group_generation)"
                        + " values (?, ?, ?, ?, ?, 1)",
                UUID.fromString(Tokens.TENANT),
                id,
                "ws" + id.charAt(0) + ".corp.example",
                group,
                groupName);
    }
}

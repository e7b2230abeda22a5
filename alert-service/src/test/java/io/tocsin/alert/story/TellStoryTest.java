package io.tocsin.alert.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.util.Map;
import org.junit.jupiter.api.Test;

@QuarkusTest
class TellStoryTest extends StoryApiTest {

    @Test
    void shouldShowTheTreeThatHoldsTheEvidenceWhenAnExternalAlertNamesAnAddress() {
        // Given
        process(WS5, 100, "winword.exe", "winword.exe a.docm", 50, "explorer.exe", NOON.plusSeconds(-300));
        process(WS5, 200, "grunt.exe", "grunt.exe -x", 100, "winword.exe", NOON.plusSeconds(-200));
        process(WS5, 300, "whoami.exe", "whoami /all", 200, "grunt.exe", NOON.plusSeconds(-100));
        String grunt = key(200, NOON.plusSeconds(-200).ticks());
        act(WS5, grunt, "DeviceNetworkEvents", "ConnectionSuccess", null, "203.0.113.77", NOON.plusSeconds(-150));
        act(WS5, grunt, "DeviceFileEvents", "FileCreated", "loot.zip", null, NOON.plusSeconds(-140));
        alert("da1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "203.0.113.77");
        alert("da2", WS5, "Discovery by whoami", "Low", "Discovery", NOON.plusSeconds(7200));
        evidence("da2", "Process", "process_id", 300L);
        correlate();

        // When
        var story =
                get("/v1/incidents/" + TestDatabase.value("select incident_id from alert where id = 'da1'") + "/story");

        // Then
        story.statusCode(200)
                .body("incidentName", is("Multi-stage incident involving Discovery & Command and control on ws5"))
                .body("severity", is("High"))
                .body("alerts.alertId", contains("da1", "da2"))
                .body("alerts[0].external", is(true))
                .body("alerts[0].why.rule", contains("First"))
                .body("alerts[1].why.rule", hasItem("SameProcessTree"))
                .body("alerts[1].why[0].linkedAlertId", is("da1"))
                .body("machines.machineId", contains(WS5))
                .body("processTrees[0].roots.fileName", contains("explorer.exe"))
                .body("processTrees[0].roots[0].observed", is(false))
                .body("processTrees[0].roots[0].children[0].fileName", is("winword.exe"))
                .body("processTrees[0].roots[0].children[0].children[0].alertIds", contains("da1"))
                .body("processTrees[0].roots[0].children[0].children[0].connections[0].remoteIp", is("203.0.113.77"))
                .body("processTrees[0].roots[0].children[0].children[0].files[0].path", is("C:\\Temp\\loot.zip"))
                .body("processTrees[0].roots[0].children[0].children[0].children[0].commandLine", is("whoami /all"))
                .body("processTrees[0].roots[0].children[0].children[0].children[0].account", is("CORP\\ann"))
                .body("timeline.kind", hasItems("Alert", "ProcessCreated", "Connection", "FileCreated"));
    }

    @Test
    void shouldTellAllThatIsKnownOfAProcessNobodySawStartWhenItActedItself() {
        // Given
        process(WS5, 200, "wsmprovhost.exe", "wsmprovhost.exe -Embedding", 100, "svchost.exe", NOON.plusSeconds(-200));
        TestDatabase.update(
                "update device_event set initiating_process_command_line = 'svchost.exe -k DcomLaunch -p' where process_id = 200");
        String parent =
                (String) TestDatabase.value("select parent_process_key from device_event where process_id = 200");
        act(WS5, parent, "DeviceFileEvents", "FileCreated", "log.txt", null, NOON.plusSeconds(-250));
        alert("da1", WS5, "Remote shell", "High", "LateralMovement", NOON);
        evidence("da1", "Process", "process_id", 200L);
        correlate();

        // When
        var story =
                get("/v1/incidents/" + TestDatabase.value("select incident_id from alert where id = 'da1'") + "/story");

        // Then
        story.statusCode(200)
                .body("processTrees[0].roots[0].processId", is(100))
                .body("processTrees[0].roots[0].observed", is(true))
                .body("processTrees[0].roots[0].commandLine", is("svchost.exe -k DcomLaunch -p"));
    }

    @Test
    void shouldTellTheTargetsStoryWhenTheIncidentWasMergedAway() {
        // Given
        alert("da1", WS5, "Beacon", "High", "Malware", NOON);
        correlate();
        TestDatabase.update("""
                insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity, redirect_incident_id)
                select tenant_id, 'gone', 0, 0, 'Redirected', 'Low', incident_id from incident
                """);

        // When
        var story = get("/v1/incidents/" + TestDatabase.value("select max(incident_id) from incident") + "/story");

        // Then
        story.statusCode(200).body("incidentName", is("Beacon on ws5")).body("alerts.alertId", contains("da1"));
        Map<String, Object> keys = story.extract().jsonPath().getMap("$");
        assertThat(keys.keySet())
                .containsExactly(
                        "incidentId",
                        "incidentName",
                        "severity",
                        "status",
                        "createdTime",
                        "lastUpdateTime",
                        "machines",
                        "alerts",
                        "timeline",
                        "processTrees");
    }

    @Test
    void shouldAnswerTheErrorEnvelopeWhenThereIsNoSuchIncident() {
        get("/v1/incidents/99/story").statusCode(404).body("error.code", is("ResourceNotFound"));
        for (String id : new String[] {"none", "+1", "01", "-1", "9999999999999999999"}) {
            get("/v1/incidents/" + id + "/story").statusCode(400).body("error.code", is("BadRequest"));
        }
    }

    @Test
    void shouldRefuseWhenTheCallerMayNotReadIncidents() {
        io.restassured.RestAssured.get("/v1/incidents/1/story").then().statusCode(401);
        io.restassured.RestAssured.given()
                .auth()
                .oauth2(Tokens.application("Alert.Read.All"))
                .get("/v1/incidents/1/story")
                .then()
                .statusCode(403)
                .body("error.code", is("Forbidden"));
    }
}

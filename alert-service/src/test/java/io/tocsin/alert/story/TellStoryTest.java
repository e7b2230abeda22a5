package io.tocsin.alert.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.Followed;
import io.tocsin.alert.IndicatorPeer;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.alert.telemetry.MappedEvents;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        process(
                WS5,
                200,
                "wsmprovhost.exe",
                "wsmprovhost.exe -Embedding",
                100,
                "svchost.exe",
                "svchost.exe -k DcomLaunch -p",
                NOON.plusSeconds(-200));
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

    /// Without Sysmon a parent is told by its number alone, and may be heard of after its child.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellTheTreeOfAFleetThatSendsTheSecurityLogAloneInWhateverOrder(boolean backwards) {
        // Given
        var lines = new ArrayList<>(List.of(
                security(1, 0x64, "winword.exe", 0x32, "explorer.exe"),
                security(2, 0xc8, "powershell.exe", 0x64, "winword.exe"),
                security(3, 0x12c, "whoami.exe", 0xc8, "powershell.exe")));
        if (backwards) {
            Collections.reverse(lines);
        }
        for (String line : lines) {
            events(line).statusCode(200);
            Followed.all();
        }
        String machine = (String) TestDatabase.value("select distinct machine_id from device_event");
        alert("da1", machine, "Macro", "High", "Execution", WireTime.parse("2026-02-03T09:10:01Z"));
        made("da1", 0x64, 1);
        alert("da2", machine, "Discovery", "Low", "Discovery", WireTime.parse("2026-02-03T12:10:01Z"));
        made("da2", 0x12c, 3);

        // When
        correlate();

        // Then
        assertThat(TestDatabase.value("select count(distinct incident_id) from alert"))
                .isEqualTo(1L);
        get("/v1/incidents/1/story")
                .body("alerts[1].why.rule", hasItem("SameProcessTree"))
                .body("processTrees[0].roots.fileName", contains("winword.exe"))
                .body("processTrees[0].roots[0].children.fileName", contains("powershell.exe"))
                .body("processTrees[0].roots[0].children[0].children.fileName", contains("whoami.exe"))
                .body("processTrees[0].roots[0].children[0].children[0].alertIds", contains("da2"));
    }

    /// What came too late for correlation makes it look again.
    @Test
    void shouldLinkByATreeWhoseParentIsHeardOfLast() {
        // Given
        events(security(1, 0x64, "winword.exe", 0x32, "explorer.exe")).statusCode(200);
        events(security(3, 0x12c, "whoami.exe", 0xc8, "powershell.exe")).statusCode(200);
        Followed.all();
        String machine = (String) TestDatabase.value("select distinct machine_id from device_event");
        alert("da1", machine, "Macro", "High", "Execution", WireTime.parse("2026-02-03T09:10:01Z"));
        made("da1", 0x64, 1);
        alert("da2", machine, "Discovery", "Low", "Discovery", WireTime.parse("2026-02-03T12:10:01Z"));
        made("da2", 0x12c, 3);
        correlate();
        assertThat(TestDatabase.value("select count(distinct incident_id) from alert"))
                .isEqualTo(2L);

        // When
        events(security(2, 0xc8, "powershell.exe", 0x64, "winword.exe")).statusCode(200);

        // Then
        await().untilAsserted(() -> assertThat(TestDatabase.value("select count(distinct incident_id) from alert"))
                .isEqualTo(1L));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldTellAProcessOnceWithAllThatBothLogsSayOfIt(boolean securityFirst) {
        // Given
        String sysmon = MappedEvents.windows("""
                {"EventID":1,"RecordNumber":8,"UtcTime":"2026-02-03 09:10:02.000","ProcessGuid":"{49a15388-bb6a-6981-4205-000000000400}","ProcessId":"200","Image":"C:\\\\Windows\\\\powershell.exe","CommandLine":"powershell -x","Hashes":"SHA1=%s","ParentProcessGuid":"{49a15388-bb69-6981-4205-000000000400}","ParentProcessId":"100","ParentImage":"C:\\\\Windows\\\\winword.exe"}""".formatted("A".repeat(40)));
        String security = security(2, 0xc8, "powershell.exe", 0x64, "winword.exe");
        events(securityFirst ? security : sysmon).statusCode(200);
        Followed.all();
        events(securityFirst ? sysmon : security).statusCode(200);
        String machine = (String) TestDatabase.value("select distinct machine_id from device_event");
        alert("da1", machine, "Shell", "High", "Execution", WireTime.parse("2026-02-03T09:10:02Z"));
        made("da1", 0xc8, 2);

        // When
        correlate();

        // Then
        get("/v1/incidents/1/story")
                .body("processTrees[0].roots.fileName", contains("winword.exe"))
                .body("processTrees[0].roots[0].children", hasSize(1))
                .body("processTrees[0].roots[0].children[0].sha1", is("a".repeat(40)))
                .body("processTrees[0].roots[0].children[0].commandLine", is("powershell -x"));
    }

    private static String security(int second, int pid, String file, int parent, String parentFile) {
        return """
                {"EventID":4688,"Channel":"Security","Hostname":"ws5.corp.example","EventTime":"2026-02-03T09:10:%02dZ","RecordNumber":%d,"NewProcessId":"0x%x","NewProcessName":"C:\\\\Windows\\\\%s","ProcessId":"0x%x","ParentProcessName":"C:\\\\Windows\\\\%s","SubjectUserName":"ann","SubjectDomainName":"CORP","TargetUserName":"-"}""".formatted(second, pid, pid, file, parent, parentFile);
    }

    private static void made(String alert, long pid, int second) {
        evidence(alert, "Process", "process_id", pid);
        TestDatabase.update(
                "update alert_evidence set process_creation_ticks = ? where alert_id = ?",
                WireTime.parse("2026-02-03T09:10:%02dZ".formatted(second)).ticks(),
                alert);
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
                        "users",
                        "tactics",
                        "alerts",
                        "entities",
                        "actions",
                        "timeline",
                        "timelineNext",
                        "processTrees");
    }

    @Test
    void shouldTellMachinesUsersTacticsEntitiesAndActions() {
        // Given
        TestDatabase.update("""
                insert into machine (tenant_id, id, computer_dns_name, os_platform, risk_score, health_status, rbac_group_name, first_seen_ticks, last_seen_ticks)
                values (cast(? as uuid), ?, 'ws5.corp.example', 'Windows11', 'High', 'Active', 'Finance', 1, 2)
                """, Tokens.TENANT, WS5);
        TestDatabase.update(
                """
                insert into machine_action (id, tenant_id, type, lane, requestor, requestor_comment, status, machine_id, computer_dns_name,
                    creation_ticks, last_update_ticks, deadline)
                values (gen_random_uuid(), cast(? as uuid), 'Isolate', 'isolation', 'ann', 'beacon', 'Succeeded', ?, 'ws5.corp.example', ?, ?, now())
                """,
                Tokens.TENANT,
                WS5,
                NOON.plusSeconds(60).ticks(),
                NOON.plusSeconds(65).ticks());
        alert("da1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "203.0.113.77");
        evidence("da1", "User", "account_name", "ann");
        alert("da2", WS5, "Shell", "Low", "Execution", NOON.plusSeconds(30));
        evidence("da2", "Ip", "ip_address", "203.0.113.77");
        TestDatabase.update("update alert set mitre_techniques = '{T1059.001}' where id = 'da2'");
        correlate();
        IndicatorPeer.blocks("203.0.113.77");

        // When
        var story = get("/v1/incidents/1/story");

        // Then
        story.statusCode(200)
                .body("machines[0].osPlatform", is("Windows11"))
                .body("machines[0].riskScore", is("High"))
                .body("machines[0].rbacGroupName", is("Finance"))
                .body("users.name", contains("ann"))
                .body("tactics.tactic", contains("Execution", "CommandAndControl"))
                .body("tactics[0].mitreTechniques", contains("T1059.001"))
                .body("tactics[1].alertIds", contains("da1"))
                .body("entities[0].value", is("203.0.113.77"))
                .body("entities[0].machines", is(1))
                .body("entities[0].verdict", is("Block"))
                .body("entities[0].indicatorTitle", is("C2 203.0.113.77"))
                .body("entities[0].alertIds", contains("da1", "da2"))
                .body("entities[1].type", is("User"))
                .body("entities[1].verdict", nullValue())
                .body("actions.type", contains("Isolate"))
                .body("actions[0].requestor", is("ann"))
                .body("timeline.kind", contains("Alert", "Alert", "Action"));
        get("/v1/alerts/da2/story")
                .statusCode(200)
                .body("incidentId", is(1))
                .body("alerts.alertId", contains("da2"))
                .body("tactics.tactic", contains("Execution"));
    }

    @Test
    void shouldTellOnHowManyMachinesAnEntityWasSeenByTelemetryOrAlerts() {
        // Given
        seen("Ip", "203.0.113.77", 7, NOON);
        alert("da1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "203.0.113.77");
        evidence("da1", "Ip", "ip_address", "203.0.113.78");
        correlate();

        // When
        var story = get("/v1/incidents/1/story");

        // Then
        story.statusCode(200)
                .body("entities.find { it.value == '203.0.113.77' }.machines", is(7))
                .body("entities.find { it.value == '203.0.113.78' }.machines", is(1));
    }

    @Test
    void shouldTellAStoryWithoutVerdictsWhenIndicatorServiceIsDown() {
        // Given
        alert("da1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "203.0.113.78");
        correlate();
        IndicatorPeer.goesDown();

        // When
        var story = get("/v1/incidents/1/story");

        // Then
        story.statusCode(200).body("entities[0].verdict", is("Unknown"));
        IndicatorPeer.blocks("");
        await().untilAsserted(() -> get("/v1/incidents/1/story").body("entities[0].verdict", is("None")));
    }

    @Test
    void shouldTellTheRestBranchByBranchWhenAProcessHasManyChildren() {
        // Given
        process(WS5, 100, "loop.exe", "loop.exe", 50, "explorer.exe", NOON.plusSeconds(-300));
        for (int i = 0; i < 120; i++) {
            process(WS5, 1000 + i, "child.exe", "child.exe " + i, 100, "loop.exe", NOON.plusSeconds(-200 + i));
        }
        process(WS5, 5000, "grandchild.exe", "grandchild.exe", 1060, "child.exe", NOON);
        alert("da1", WS5, "Loop", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        correlate();

        // When
        var first = get("/v1/incidents/1/story").statusCode(200);
        var second = get(first.extract().path("processTrees[0].roots[0].children[0].more.next"))
                .statusCode(200);
        var third = get(second.extract().path("more.next")).statusCode(200);

        // Then
        first.body("processTrees[0].roots[0].children[0].children", hasSize(50))
                .body("processTrees[0].roots[0].children[0].more.children", is(70));
        second.body("children", hasSize(50))
                .body("children[0].commandLine", is("child.exe 50"))
                .body("children[10].children.fileName", contains("grandchild.exe"))
                .body("more.children", is(20));
        third.body("children", hasSize(20))
                .body("children[19].commandLine", is("child.exe 119"))
                .body("more", nullValue());
        get("/v1/alerts/da1/story/processes?machineId=" + WS6 + "&root=1:1").statusCode(404);
        get("/v1/alerts/da1/story/processes?machineId=" + WS5 + "&root=x").statusCode(400);
        get("/v1/alerts/da1/story/processes?machineId=" + WS5).statusCode(400);
    }

    @Test
    void shouldTellTheTimeLineInPagesWhenItIsLong() {
        // Given
        process(WS5, 100, "loop.exe", "loop.exe", 50, "explorer.exe", NOON.plusSeconds(-3000));
        for (int i = 0; i < 13; i++) {
            process(WS5, 1000 + i, "child.exe", "child.exe " + i, 100, "loop.exe", NOON.plusSeconds(-2000 + i));
            TestDatabase.update(
                    """
                    insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                        action_type, process_key, file_name, folder_path)
                    select cast(? as uuid), ?, ?::bigint + n / 3 * 10000000, 9000 + n, tocsin_time(?::bigint + n / 3 * 10000000), 1, 'ws', 'DeviceFileEvents',
                        'FileCreated', ?, 'f' || n, 'C:\\Temp' from generate_series(1, 50) as n
                    """,
                    Tokens.TENANT,
                    WS5,
                    NOON.plusSeconds(-1000 + i * 20).ticks(),
                    NOON.plusSeconds(-1000 + i * 20).ticks(),
                    key(1000 + i, NOON.plusSeconds(-2000 + i).ticks()));
        }
        alert("da1", WS5, "Loop", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        correlate();

        // When
        var first = get("/v1/incidents/1/story").statusCode(200);
        var second = get("/v1/incidents/1/story?timeline=" + first.extract().path("timelineNext"));

        // Then
        first.body("timeline", hasSize(500));
        second.statusCode(200).body("timeline", hasSize(13 * 51 + 2 - 500)).body("timelineNext", nullValue());
        assertThat(first.extract().<java.util.List<String>>path("timeline.text"))
                .doesNotContainAnyElementsOf(second.extract().path("timeline.text"));
        get("/v1/incidents/1/story?timeline=x").statusCode(400);
    }

    @Test
    void shouldDrawTheStoryWithoutScriptsOrAnythingFromElsewhere() {
        // Given
        process(WS5, 100, "a<b>.exe", "a.exe \"<script>alert(1)</script>\" & more", 50, "explorer.exe", NOON);
        alert("da1", WS5, "Beacon & more", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        correlate();

        for (String path : new String[] {"/v1/incidents/1/story.svg", "/v1/alerts/da1/story.svg"}) {
            // When
            var picture = get(path);

            // Then
            String svg = picture.statusCode(200)
                    .contentType("image/svg+xml")
                    .header(
                            "Content-Security-Policy",
                            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
                    .extract()
                    .asString();
            assertThat(svg)
                    .contains("Beacon &amp; more")
                    .doesNotContain("<script")
                    .doesNotContain("href");
        }
    }

    @Test
    void shouldAnswerTheErrorEnvelopeWhenThereIsNoSuchIncident() {
        get("/v1/alerts/none/story").statusCode(404).body("error.code", is("ResourceNotFound"));
        get("/v1/alerts/none/story.svg").statusCode(404);
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

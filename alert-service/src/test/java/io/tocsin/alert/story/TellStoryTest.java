package io.tocsin.alert.story;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
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
        TestDatabase.update("""
                insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity, redirect_incident_id)
                select tenant_id, 'gone before', 0, 0, 'Redirected', 'Low', max(incident_id) from incident group by tenant_id
                """);
        get("/v1/incidents/" + TestDatabase.value("select max(incident_id) from incident") + "/story")
                .statusCode(200)
                .body("incidentName", is("Beacon on ws5"));
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
                        "moreAlerts",
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
    void shouldFindWhoSpokeToAnAddressThenWhenAnotherProcessDidSoThousandsOfTimes() {
        // Given
        process(WS5, 100, "updater.exe", "updater.exe", 50, "explorer.exe", NOON.plusSeconds(-40_000));
        many(
                100,
                NOON.plusSeconds(-40_000),
                3_000,
                "DeviceNetworkEvents",
                "ConnectionSuccess",
                NOON.plusSeconds(-30_000));
        process(WS5, 200, "grunt.exe", "grunt.exe -x", 60, "explorer.exe", NOON.plusSeconds(-100));
        act(
                WS5,
                key(200, NOON.plusSeconds(-100).ticks()),
                "DeviceNetworkEvents",
                "ConnectionSuccess",
                null,
                "203.0.113.77",
                NOON.plusSeconds(-1));
        many(
                100,
                NOON.plusSeconds(-40_000),
                3_000,
                "DeviceNetworkEvents",
                "ConnectionSuccess",
                NOON.plusSeconds(10_000));
        alert("da1", WS5, "Beacon", "High", "CommandAndControl", NOON);
        evidence("da1", "Ip", "ip_address", "203.0.113.77");
        Followed.all();

        // When
        var story = get("/v1/alerts/da1/story");

        // Then
        story.statusCode(200)
                .body(
                        "processTrees[0].roots.children.flatten().find { it.fileName == 'grunt.exe' }.alertIds",
                        contains("da1"));
    }

    @Test
    void shouldTellTheEarliestOfEachKindThatAProcessDid() {
        // Given
        var made = NOON.plusSeconds(-5_000);
        process(WS5, 100, "loop.exe", "loop.exe", 50, "explorer.exe", made);
        many(100, made, 300, "DeviceNetworkEvents", "ConnectionSuccess", NOON.plusSeconds(-1_000));
        many(100, made, 300, "DeviceNetworkEvents", "ConnectionSuccess", NOON.plusSeconds(-2_000));
        many(100, made, 60, "DeviceFileEvents", "FileCreated", NOON.plusSeconds(-500));
        many(100, made, 60, "DeviceFileEvents", "FileCreated", NOON.plusSeconds(-600));
        alert("da1", WS5, "Loop", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        Followed.all();

        // When
        var story = get("/v1/alerts/da1/story");

        // Then
        String loop = "processTrees[0].roots[0].children[0].";
        story.statusCode(200)
                .body(loop + "fileName", is("loop.exe"))
                .body(loop + "files", hasSize(50))
                .body(loop + "files[0].time", is(NOON.plusSeconds(-599).toString()))
                .body(loop + "files[49].time", is(NOON.plusSeconds(-550).toString()))
                .body(loop + "connections", hasSize(50))
                .body(loop + "connections[0].time", is(NOON.plusSeconds(-1_999).toString()))
                .body(loop + "connections[49].time", is(NOON.plusSeconds(-1_950).toString()));
    }

    /// What a process of ws5 did, once a second.
    private static void many(long pid, WireTime created, int times, String table, String action, WireTime since) {
        TestDatabase.update(
                """
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                    action_type, process_key, file_name, folder_path, remote_ip)
                select cast(? as uuid), ?, ?::bigint + n * 10000000::bigint, 9000 + n, tocsin_time(?::bigint + n * 10000000::bigint), 1, 'ws', ?, ?, ?,
                    'f' || n, 'C:\\Temp', case when ? then '203.0.113.77' end from generate_series(1, ?) as n
                """,
                Tokens.TENANT,
                WS5,
                since.ticks(),
                since.ticks(),
                table,
                action,
                key(pid, created.ticks()),
                table.equals("DeviceNetworkEvents"),
                times);
    }

    @Test
    void shouldReachEveryProcessWhenOneBranchIsHuge() {
        // Given: two children, of which the first has fifty thousand, and the second some whose time nobody told
        process(WS5, 100, "loop.exe", "loop.exe", 50, "explorer.exe", NOON.plusSeconds(-300));
        alert("da1", WS5, "Loop", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        Followed.all();
        String top = key(100, NOON.plusSeconds(-300).ticks());
        children(top, "200", 1, 1, NOON.plusSeconds(-200).ticks());
        children(top, "300", 1, 1, NOON.plusSeconds(-100).ticks());
        children("200:1", "1", 1, 50_000, NOON.plusSeconds(-90).ticks());
        children("300:1", "2", 1, 60, null);

        // When
        var story = get("/v1/alerts/da1/story").statusCode(200);

        // Then
        String loop = "processTrees[0].roots[0].children[0].";
        story.body(loop + "children.processKey", contains("200:1", "300:1"))
                .body(loop + "more", nullValue())
                .body(loop + "children.children.collect { it.size() }", contains(50, 50))
                .body(loop + "children.more.children", contains(9_950, 10));
        get(story.extract().path(loop + "children[0].more.next"))
                .statusCode(200)
                .body("children.processKey[0]", is("1000051:1"))
                .body("more.children", is(9_950));
        var last = get(story.extract().path(loop + "children[1].more.next"))
                .statusCode(200)
                .body("children", hasSize(10))
                .body("more", nullValue());
        assertThat(last.extract().<java.util.List<String>>path("children.processKey"))
                .doesNotContainAnyElementsOf(
                        story.extract().<java.util.List<String>>path(loop + "children[1].children.processKey"));
    }

    /// The page of a process whose number is among the last is told whole or not at all, so that none is passed over.
    @Test
    void shouldPassOverNoProcessWhenTheyAreMoreThanAStoryHolds() {
        // Given
        process(WS5, 100, "loop.exe", "loop.exe", 50, "explorer.exe", NOON.plusSeconds(-300));
        alert("da1", WS5, "Loop", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        Followed.all();
        String top = key(100, NOON.plusSeconds(-300).ticks());
        children(top, "3", 1, 40, NOON.plusSeconds(-200).ticks());
        for (int i = 1; i <= 40; i++) {
            children(
                    "%d:1".formatted(3_000_000 + i),
                    "4" + (i < 10 ? "0" : "") + i,
                    1,
                    60,
                    NOON.plusSeconds(-100).ticks());
        }

        // When
        var seen = new java.util.TreeSet<String>();
        var next = new java.util.ArrayDeque<String>();
        var story = get("/v1/alerts/da1/story").statusCode(200).extract().jsonPath();
        story.<Map<String, Object>>getList("processTrees[0].roots").forEach(root -> see(root, seen, next));
        int told = seen.size();
        while (!next.isEmpty()) {
            see(get(next.poll()).statusCode(200).extract().jsonPath().getMap("$"), seen, next);
        }

        // Then
        assertThat(told).isBetween(900, 1_000);
        assertThat(seen).hasSize(2 + 40 + 40 * 60);
    }

    @SuppressWarnings("unchecked")
    private static void see(Map<String, Object> process, java.util.Set<String> seen, java.util.Queue<String> next) {
        seen.add((String) process.get("processKey"));
        ((java.util.List<Map<String, Object>>) process.get("children")).forEach(child -> see(child, seen, next));
        var more = (Map<String, Object>) process.get("more");
        if (more != null) {
            next.add((String) more.get("next"));
        }
    }

    /// Processes numbered from a prefix on, by the second.
    private static void children(String parent, String prefix, int from, int to, Long created) {
        TestDatabase.update("""
                insert into process (tenant_id, machine_id, process_key, parent_process_key, process_creation_ticks, path, observed,
                    process_id, file_name, received_ticks)
                select cast(? as uuid), ?, key, ?, ?::bigint + n, array[?, key], true, 1000000 + n, 'child.exe', 0
                from (select n, case when ? = 1 then ? else ? || lpad(n::text, 6, '0') end || ':1' as key from generate_series(?, ?) as n) as keys
                """, Tokens.TENANT, WS5, parent, created, parent, to, prefix, prefix, from, to);
    }

    @Test
    void shouldSayHowManyAlertsMoreThereAreAndTellThemWithTheirProcesses() {
        // Given
        TestDatabase.update("""
                insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
                values (cast(? as uuid), 'Many', 0, 0, 'Active', 'High')
                """, Tokens.TENANT);
        TestDatabase.update("""
                insert into alert (id, tenant_id, incident_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, first_event_ticks, last_update_ticks, correlated)
                select 'da' || n, cast(? as uuid), 1, 'nsm', n::text, 'Low', 'New', 'Alert ' || n, 'seen', ?, ?::bigint + n / 2, ?, true
                from generate_series(1, 1004) as n
                """, Tokens.TENANT, NOON.ticks(), NOON.ticks(), NOON.ticks());
        process(WS6, 100, "loop.exe", "loop.exe", 50, "explorer.exe", NOON.plusSeconds(-300));
        for (int i = 0; i < 51; i++) {
            process(WS6, 1000 + i, "child.exe", "child.exe " + i, 100, "loop.exe", NOON.plusSeconds(-200 + i));
        }
        alert("da_last", WS6, "Loop", "High", "Execution", NOON.plusSeconds(60));
        evidence("da_last", "Process", "process_id", 100L);
        TestDatabase.update("update alert set incident_id = 1 where id = 'da_last'");
        Followed.all();

        // When
        var first = get("/v1/incidents/1/story").statusCode(200);
        var second = get(first.extract().path("moreAlerts.next")).statusCode(200);
        var branch = get(second.extract().path("processTrees[0].roots[0].children[0].more.next"));

        // Then
        first.body("alerts", hasSize(1_000)).body("moreAlerts.alerts", is(5));
        second.body("alerts.alertId", hasSize(5))
                .body("alerts[4].alertId", is("da_last"))
                .body("moreAlerts", nullValue())
                .body("machines.machineId", contains(WS6));
        assertThat(first.extract().<java.util.List<String>>path("alerts.alertId"))
                .doesNotContainAnyElementsOf(second.extract().<java.util.List<String>>path("alerts.alertId"));
        branch.statusCode(200).body("children.commandLine", contains("child.exe 50"));
        assertThat(get("/v1/incidents/1/story.svg").statusCode(200).extract().asString())
                .contains("1005 alerts");
        get("/v1/incidents/1/story?alerts=x").statusCode(400);
    }

    @Test
    void shouldLeaveAlertsToTheNextPartWhenTheirEvidenceIsTooMuchTogether() {
        // Given
        TestDatabase.update("""
                insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
                values (cast(? as uuid), 'Large', 0, 0, 'Active', 'High')
                """, Tokens.TENANT);
        TestDatabase.update("""
                insert into alert (id, tenant_id, incident_id, source, source_ref, severity, status, title, description,
                    alert_creation_ticks, first_event_ticks, last_update_ticks, correlated)
                select 'da' || n, cast(? as uuid), 1, 'nsm', n::text, 'Low', 'New', 'Alert ' || n, 'seen', ?, ?::bigint + n, ?, true
                from generate_series(101, 250) as n
                """, Tokens.TENANT, NOON.ticks(), NOON.ticks(), NOON.ticks());
        TestDatabase.update("""
                insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, file_name, process_command_line)
                select tenant_id, id, 0, 'File', 0, id || '.exe', repeat('x', 120000) from alert
                """);

        // When
        var first = get("/v1/incidents/1/story").statusCode(200);
        var second = get(first.extract().path("moreAlerts.next")).statusCode(200);

        // Then
        first.body("alerts", hasSize(100)).body("moreAlerts.alerts", is(50));
        second.body("alerts", hasSize(50))
                .body("alerts[0].alertId", is("da201"))
                .body("moreAlerts", nullValue());
    }

    /// Another product knows the number of a process and not when it was made.
    @Test
    void shouldFindTheProcessThatHadTheNumberThenHoweverMuchHappenedSince() {
        // Given
        process(WS5, 4312, "older.exe", "older.exe", 50, "explorer.exe", NOON.plusSeconds(-40_000));
        process(WS5, 4312, "evil.exe", "evil.exe", 50, "explorer.exe", NOON.plusSeconds(-7_200));
        process(WS5, 4312, "reused.exe", "reused.exe", 50, "explorer.exe", NOON.plusSeconds(20));
        process(WS5, 77, "browser.exe", "browser.exe", 50, "explorer.exe", NOON.plusSeconds(-600));
        act(
                WS5,
                key(77, NOON.plusSeconds(-600).ticks()),
                "DeviceNetworkEvents",
                "ConnectionSuccess",
                null,
                "203.0.113.9",
                NOON.plusSeconds(-10));
        TestDatabase.update("""
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                    action_type, process_key)
                select cast(? as uuid), ?, t, n, tocsin_time(t), 1, 'ws', 'DeviceFileEvents', 'FileCreated', '77:1'
                from (select n, cast(? as bigint) - n * 100000 as t from generate_series(1, 20001) as n) as many
                """, Tokens.TENANT, WS5, NOON.ticks());
        alert("da1", WS5, "Injection", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 4312L);
        alert("da2", WS6, "Of a machine that says nothing of it", "High", "Execution", NOON);
        evidence("da2", "Process", "process_id", 9999L);
        act(WS6, "88:1", "DeviceNetworkEvents", "ConnectionSuccess", null, "203.0.113.9", NOON.plusSeconds(-10));
        correlate();

        // When
        var story = get("/v1/alerts/da1/story").statusCode(200);
        var unknown = get("/v1/alerts/da2/story").statusCode(200);

        // Then
        story.body(
                "processTrees[0].roots[0].children.findAll { it.alertIds.contains('da1') }.fileName",
                contains("evil.exe"));
        assertThat(story.extract().asString()).doesNotContain("browser.exe").doesNotContain("older.exe");
        unknown.body("processTrees", hasSize(0));
    }

    @Test
    void shouldDrawAlertsAndActionsBehindHundredsOfFiles() {
        // Given
        process(WS5, 100, "loop.exe", "loop.exe", 50, "explorer.exe", NOON.plusSeconds(-3000));
        for (int i = 0; i < 13; i++) {
            process(WS5, 1000 + i, "child.exe", "child.exe " + i, 100, "loop.exe", NOON.plusSeconds(-2000 + i));
            many(
                    1000 + i,
                    NOON.plusSeconds(-2000 + i),
                    50,
                    "DeviceFileEvents",
                    "FileCreated",
                    NOON.plusSeconds(-1000 + i * 60));
        }
        alert("da1", WS5, "Loop", "High", "Execution", NOON);
        evidence("da1", "Process", "process_id", 100L);
        TestDatabase.update("insert into machine (tenant_id, id) values (cast(? as uuid), ?)", Tokens.TENANT, WS5);
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
        correlate();

        for (String story : java.util.List.of("/v1/incidents/1/story", "/v1/alerts/da1/story")) {
            // When
            var page = get(story).statusCode(200);
            String picture = get(story + ".svg").statusCode(200).extract().asString();

            // Then
            page.body("timeline", hasSize(500)).body("timeline.kind", not(hasItem("Action")));
            assertThat(picture).contains("Loop (suricata-edge)").contains("Isolate by ann: Succeeded");
        }
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

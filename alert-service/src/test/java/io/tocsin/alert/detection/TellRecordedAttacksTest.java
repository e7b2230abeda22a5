package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.Followed;
import io.tocsin.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// Attacks others have recorded (not part of this repository), as telemetry and nothing else: what is raised, that it
/// is one incident, and that its story holds what the attack ran on every machine.
@QuarkusTest
class TellRecordedAttacksTest extends ApiTest {

    private static final Path RECORDINGS = Path.of("../../shared/data/telemetry");
    private static final String WS5 = "workstation5.theshire.local";
    private static final String WS6 = "workstation6.theshire.local";

    @Test
    void shouldTellTheRemotePowerShellSessionOfBothMachinesAsOneIncident() throws IOException {
        // When
        received("covenant_psremoting_command.zip");

        // Then
        assertThat(raised())
                .containsExactly(
                        "Memory of LSASS opened for reading on " + WS6,
                        "PowerShell engine hosted by an unusual program on " + WS5,
                        "Remote PowerShell session opened on the machine on " + WS6,
                        "Unusual program speaks to the remote management port of another machine on " + WS5);
        var story = storyOfTheOneIncident(4);
        assertThat(processes(story).get(WS5)).contains("GruntHTTP.exe");
        assertThat(processes(story).get(WS6)).contains("wsmprovhost.exe");
        assertThat(story.getList("tactics.tactic", String.class)).contains("LateralMovement", "CredentialAccess");
    }

    @Test
    void shouldTellTheLauncherAndAllItRanAsOneIncident() throws IOException {
        // When
        received("empire_launcher_vbs.zip");

        // Then
        assertThat(raised())
                .containsExactly(
                        "Identity looked up from a script or remote session on " + WS5,
                        "PowerShell given an encoded command on " + WS5,
                        "PowerShell script disables its own inspection on " + WS5,
                        "Script host started a shell on " + WS5,
                        "Script run from a folder anybody can write to on " + WS5);
        var story = storyOfTheOneIncident(5);
        assertThat(processes(story).get(WS5)).contains("wscript.exe", "powershell.exe", "whoami.exe");
        assertThat(startedBy(story, "whoami.exe")).isEqualTo("powershell.exe");
        assertThat(startedBy(story, "powershell.exe")).isEqualToIgnoringCase("wscript.exe");
    }

    /// Part of this repository, so that it is told wherever the tests run.
    @Test
    void shouldTellTheMadeUpAttackOfBothMachinesAsOneIncident() throws IOException {
        // When
        try (var lines = TellRecordedAttacksTest.class.getResourceAsStream("made-up-attack.json")) {
            events(lines.readAllBytes()).statusCode(200);
        }
        correlated();

        // Then
        assertThat(raised())
                .containsExactly(
                        "Identity looked up from a script or remote session on ws1.corp.example",
                        "Memory of LSASS opened for reading on ws2.corp.example",
                        "Office program started a shell or script host on ws1.corp.example",
                        "PowerShell engine hosted by an unusual program on ws1.corp.example",
                        "PowerShell given an encoded command on ws1.corp.example",
                        "Program run from a folder that holds none on ws1.corp.example",
                        "Remote PowerShell session opened on the machine on ws2.corp.example",
                        "Unusual program speaks to the remote management port of another machine on ws1.corp.example");
        var story = storyOfTheOneIncident(8);
        assertThat(processes(story).get("ws1.corp.example"))
                .containsOnlyOnce("WINWORD.EXE", "powershell.exe", "whoami.exe", "sync.exe")
                .doesNotContain("chrome.exe");
        assertThat(processes(story).get("ws2.corp.example")).contains("wsmprovhost.exe");
        assertThat(startedBy(story, "sync.exe")).isEqualTo("powershell.exe");
        assertThat(startedBy(story, "powershell.exe")).isEqualTo("WINWORD.EXE");
        assertThat(story.getList("tactics.tactic", String.class)).contains("LateralMovement", "CredentialAccess");
    }

    private static void received(String recording) throws IOException {
        Path file = RECORDINGS.resolve(recording);
        Assumptions.assumeTrue(Files.exists(file), "the recorded attacks are not on this machine");
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            zip.getNextEntry();
            events(zip.readAllBytes()).statusCode(200);
        }
        correlated();
    }

    private static void correlated() {
        Followed.all();
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(TestDatabase.count("alert where not correlated or incident_id is null"))
                        .isZero());
    }

    private static List<Object> raised() {
        return TestDatabase.column("select title || ' on ' || computer_dns_name from alert order by 1");
    }

    private static JsonPath storyOfTheOneIncident(int alerts) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(TestDatabase.column("""
                        select i.incident_id || ' ' || i.incident_name || ': ' || coalesce((
                            select string_agg(a.title || ' at ' || a.first_event_ticks || ' on ' || a.machine_id, ', ') from alert a
                            where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id), 'no alert')
                        from incident i where i.status <> 'Redirected' order by 1
                        """)).hasSize(1));
        List<Object> incidents = TestDatabase.column("select incident_id from incident where status <> 'Redirected'");
        var story = with("Incident.Read.All")
                .get("/v1/incidents/" + incidents.getFirst() + "/story")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        assertThat(story.getList("alerts")).hasSize(alerts);
        return story;
    }

    /// Names of the processes of the story, by machine.
    private static Map<String, List<String>> processes(JsonPath story) {
        var names = new HashMap<String, List<String>>();
        for (Map<String, Object> machine : story.<Map<String, Object>>getList("processTrees")) {
            var found = new ArrayList<String>();
            nodes(machine.get("roots")).forEach(node -> found.add(String.valueOf(node.get("fileName"))));
            names.put(String.valueOf(machine.get("computerDnsName")), found);
        }
        return names;
    }

    private static String startedBy(JsonPath story, String name) {
        return story.<Map<String, Object>>getList("processTrees").stream()
                .flatMap(machine -> nodes(machine.get("roots")).stream())
                .filter(node -> nodesBelow(node).stream()
                        .anyMatch(child -> name.equalsIgnoreCase(String.valueOf(child.get("fileName")))))
                .map(node -> String.valueOf(node.get("fileName")))
                .findFirst()
                .orElse("nobody");
    }

    private static List<Map<String, Object>> nodes(Object roots) {
        var all = new ArrayList<Map<String, Object>>();
        for (Map<String, Object> node : list(roots)) {
            all.add(node);
            all.addAll(nodes(node.get("children")));
        }
        return all;
    }

    private static List<Map<String, Object>> nodesBelow(Map<String, Object> node) {
        return list(node.get("children"));
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(Object nodes) {
        return nodes == null ? List.of() : (List<Map<String, Object>>) nodes;
    }
}

package io.tocsin.alert.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.alert.Followed;
import io.tocsin.alert.telemetry.MappedEvents;
import io.tocsin.testkit.TestDatabase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@QuarkusTest
class DetectTelemetryTest extends ApiTest {

    private static final String ENCODED = "SQBmACgAJABQAFMAVgBFAFIAUwBpAE8AbgBUAGEAQgBsAEUA";

    /// explorer (900) → wscript (1000) → powershell (1100) → whoami (1200)
    private static final String WSCRIPT =
            process(1000, 900, 1, "wscript.exe", "explorer.exe", "wscript C:\\\\Users\\\\ann\\\\Downloads\\\\a.vbs");
    private static final String POWERSHELL =
            process(1100, 1000, 2, "powershell.exe", "wscript.exe", "powershell -enc " + ENCODED);
    private static final String WHOAMI = process(1200, 1100, 3, "whoami.exe", "powershell.exe", "whoami");

    @Test
    void shouldRaiseOneAlertForEachRuleThatIsHit() {
        events(WSCRIPT + "\n" + POWERSHELL + "\n" + WHOAMI).statusCode(200);

        await().untilAsserted(() -> assertThat(titles())
                .containsExactly(
                        "Identity looked up from a script or remote session",
                        "PowerShell given an encoded command",
                        "Script host started a shell",
                        "Script run from a folder anybody can write to"));
        Map<String, Object> alert = with("Alert.Read.All")
                .get("/api/alerts/"
                        + TestDatabase.value("select id from alert where title = 'Script host started a shell'"))
                .then()
                .statusCode(200)
                .extract()
                .path("$");
        assertThat(alert)
                .containsEntry("detectionSource", "WindowsDefenderAtp")
                .containsEntry("severity", "High")
                .containsEntry("category", "Execution")
                .containsEntry("computerDnsName", "ws5.corp.example")
                .containsEntry("mitreTechniques", List.of("T1059.005", "T1059.001"))
                .containsEntry("firstEventTime", "2026-02-03T09:10:02Z");
        assertThat((String) alert.get("detectorId")).hasSize(36);
        assertThat(TestDatabase.value(
                        "select recommended_action from alert where title = 'Script host started a shell'"))
                .asString()
                .startsWith("Known to be harmless when: ");
        @SuppressWarnings("unchecked")
        var evidence = (List<Map<String, Object>>) alert.get("evidence");
        assertThat(evidence).extracting(entity -> entity.get("entityType")).contains("Process", "User");
        assertThat(evidence.getFirst())
                .containsEntry("fileName", "powershell.exe")
                .containsEntry("parentProcessFileName", "wscript.exe");
        assertThat(evidence.get(1)).containsEntry("fileName", "wscript.exe");
    }

    @Test
    void shouldKnowTheParentsCommandLineWhenItsEventCameLater() {
        events(WHOAMI.replace("whoami", "net group \\\"Domain Admins\\\" /domain")
                        .replace("net group \\\"Domain Admins\\\" /domain.exe", "net.exe"))
                .statusCode(200);
        await().until(() -> titles().equals(List.of("Members of the administrators of the domain listed")));

        // A script the shell's number tells, long after the shell was made.
        events(POWERSHELL).statusCode(200);
        events(MappedEvents.windows(
                        "{\"EventID\":4104,\"Channel\":\"Microsoft-Windows-PowerShell/Operational\",\"RecordNumber\":9,\"ExecutionProcessID\":1100,"
                                + "\"UtcTime\":\"2026-02-03 09:20:00\",\"ScriptBlockText\":\"Invoke-Mimikatz\"}"))
                .statusCode(200);
        await().untilAsserted(() -> assertThat(evidenceOf("PowerShell script calls a well-known attack tool"))
                .contains("powershell.exe"));
    }

    @Test
    void shouldAddToTheOpenAlertWhenTheSameTreeIsHitAgainAndRaiseAnotherForAnotherTree() {
        events(WSCRIPT + "\n" + POWERSHELL).statusCode(200);
        await().until(() -> titles().size() == 3);

        events(process(1101, 1000, 62, "powershell.exe", "wscript.exe", "powershell /enc " + ENCODED))
                .statusCode(200);
        await().untilAsserted(() -> assertThat(TestDatabase.value(
                        "select max(hits) from detection_hit h join alert a on a.source_ref = h.source_ref"
                                + " where a.title = 'PowerShell given an encoded command'"))
                .isEqualTo(2L));
        assertThat(titles()).hasSize(3);
        assertThat(
                        TestDatabase.value(
                                "select tocsin_time(last_event_ticks)::text from alert where title = 'PowerShell given an encoded command'"))
                .asString()
                .contains("09:11:02");

        events(process(1300, 901, 63, "powershell.exe", "explorer.exe", "powershell -enc " + ENCODED))
                .statusCode(200);
        await().until(() -> titles().size() == 4);
        assertThat(TestDatabase.value("select count(*) from alert where title = 'PowerShell given an encoded command'"))
                .isEqualTo(2L);
    }

    @Test
    void shouldRaiseAnotherAlertWhenTheOneBeforeIsResolved() {
        events(POWERSHELL).statusCode(200);
        await().until(() -> titles().size() == 2);
        TestDatabase.update("update alert set status = 'Resolved'");

        events(process(1101, 1000, 3, "powershell.exe", "wscript.exe", "powershell -enc " + ENCODED))
                .statusCode(200);

        await().until(() -> titles().size() == 4);
    }

    @Test
    void shouldAskAProcessOnceHoweverManyLogsTellOfIt() {
        events(POWERSHELL).statusCode(200);
        await().until(() -> titles().size() == 2);

        events("""
                {"EventID":4688,"Channel":"Security","Hostname":"WS5.corp.example","EventTime":"2026-02-03 04:10:02","EventReceivedTime":"2026-02-03 04:10:04","@timestamp":"2026-02-03T09:10:04.2Z","RecordNumber":77,"NewProcessId":"0x44c","NewProcessName":"C:\\\\Windows\\\\System32\\\\powershell.exe","CommandLine":"powershell -enc %s","ProcessId":"0x3e8","ParentProcessName":"C:\\\\Windows\\\\System32\\\\wscript.exe","SubjectUserName":"ann","SubjectDomainName":"CORP","SubjectUserSid":"S-1-5-21-1","TargetUserName":"-"}""".formatted(ENCODED)).statusCode(200);
        Followed.all();

        assertThat(TestDatabase.value("select sum(hits)::bigint from detection_hit"))
                .isEqualTo(2L);
        assertThat(TestDatabase.value("select count(*) from process where file_name = 'powershell.exe'"))
                .isEqualTo(1L);
    }

    /// By default the Security log tells no command line, and never a hash or a program's original name.
    @ParameterizedTest
    @EnumSource(Order.class)
    void shouldAskWhatOnlyOneOfTheLogsTellsWhicheverComesFirst(Order order) {
        String sysmon = POWERSHELL.replace("\"RecordNumber\"", "\"OriginalFileName\":\"Cmd.Exe\",\"RecordNumber\"");

        switch (order) {
            case SECURITY_FIRST -> eventsByThemselves(SECURITY, sysmon);
            case SYSMON_FIRST -> eventsByThemselves(sysmon, SECURITY);
            case AT_ONCE -> eventsByThemselves(SECURITY + "\n" + sysmon);
        }
        eventsByThemselves(SECURITY.replace("\"RecordNumber\":77", "\"RecordNumber\":78"));

        assertThat(titles())
                .containsExactly(
                        "PowerShell given an encoded command",
                        "Script host started a shell",
                        "System tool running under another name");
        assertThat(TestDatabase.value("select sum(hits)::bigint from detection_hit"))
                .isEqualTo(3L);
        assertThat(TestDatabase.column("select parent_process_key is not null from process where process_id = 1100"))
                .containsExactly(true);
    }

    private enum Order {
        SECURITY_FIRST,
        SYSMON_FIRST,
        AT_ONCE
    }

    private static final String SECURITY = """
            {"EventID":4688,"Channel":"Security","Hostname":"WS5.corp.example","EventTime":"2026-02-03T09:10:02Z","RecordNumber":77,"NewProcessId":"0x44c","NewProcessName":"C:\\\\Windows\\\\System32\\\\powershell.exe","ProcessId":"0x3e8","ParentProcessName":"C:\\\\Windows\\\\System32\\\\wscript.exe","SubjectUserName":"ann","SubjectDomainName":"CORP","SubjectUserSid":"S-1-5-21-1","TargetUserName":"-"}""".strip();

    private static void eventsByThemselves(String... batches) {
        for (String batch : batches) {
            events(batch).statusCode(200);
            Followed.all();
        }
    }

    @Test
    void shouldCountWhatARuleHitsBeyondItsCap() {
        // Given a rule that has raised all it may
        events(POWERSHELL).statusCode(200);
        await().until(() -> titles().size() == 2);
        TestDatabase.update("update detection_rate set raised = 100");

        // When
        events(process(1500, 902, 5, "powershell.exe", "explorer.exe", "powershell -enc " + ENCODED))
                .statusCode(200);

        // Then
        await().untilAsserted(() -> assertThat(TestDatabase.value("select sum(suppressed)::bigint from detection_rate"))
                .isEqualTo(1L));
        assertThat(titles()).hasSize(2);
    }

    /// One machine does not silence a fleet: beyond what all have together, each is heard once.
    @Test
    void shouldRaiseTheFirstAlertOfAMachineHoweverManyOthersRaised() {
        // Given
        events(POWERSHELL).statusCode(200);
        await().until(() -> titles().size() == 2);
        TestDatabase.update("update detection_rate set raised = 100");

        // When
        events(POWERSHELL.replace("ws5", "ws6")).statusCode(200);
        await().until(() -> titles().size() == 4);
        events(process(1500, 902, 5, "powershell.exe", "explorer.exe", "powershell -enc " + ENCODED)
                        .replace("ws5", "ws6"))
                .statusCode(200);

        // Then
        await().untilAsserted(() -> assertThat(TestDatabase.value("select sum(suppressed)::bigint from detection_rate"))
                .isEqualTo(1L));
        assertThat(titles()).hasSize(4);
    }

    @Test
    void shouldRaiseNoMoreThanItsShareOfAMachineAndSaySo() {
        // Given a machine that has raised nine alerts of the rule
        events(process(1400, 901, 4, "powershell.exe", "explorer.exe", "powershell -enc " + ENCODED))
                .statusCode(200);
        await().until(() -> titles().size() == 1);
        TestDatabase.update("update detection_machine_rate set raised = 9");

        // When
        for (int i = 1; i <= 2; i++) {
            events(process(1500 + i, 902, 5 + i, "powershell.exe", "explorer.exe", "powershell -enc " + ENCODED))
                    .statusCode(200);
            Followed.all();
        }

        // Then
        assertThat(TestDatabase.value("select sum(suppressed)::bigint from detection_rate"))
                .isEqualTo(1L);
        assertThat(TestDatabase.column("select description like '%on this machine within the hour%' from alert"))
                .containsExactlyInAnyOrder(false, true);
    }

    @Test
    void shouldGoOnBehindAnEventThatCannotBeFollowed() {
        TestDatabase.update("""
                create function refuse_poison() returns trigger language plpgsql as
                $$ begin raise exception 'poison'; end $$
                """);
        TestDatabase.update("""
                create trigger refuse_poison before insert on process for each row
                when (new.file_name = 'poison.exe') execute function refuse_poison()
                """);
        try {
            events(process(1400, 900, 4, "poison.exe", "explorer.exe", "poison") + "\n" + POWERSHELL)
                    .statusCode(200);

            await().until(() -> titles().size() == 2);
        } finally {
            TestDatabase.update("drop function refuse_poison cascade");
        }
    }

    private static List<Object> titles() {
        return TestDatabase.column("select title from alert order by title");
    }

    private static List<Object> evidenceOf(String title) {
        return TestDatabase.column(
                "select e.file_name from alert_evidence e join alert a on a.id = e.alert_id where a.title = ? and e.file_name is not null",
                title);
    }

    private static String process(int pid, int parent, int second, String file, String parentFile, String command) {
        return MappedEvents.windows("""
                {"EventID":1,"RecordNumber":%d,"UtcTime":"2026-02-03 09:%02d:%02d.000","ProcessGuid":"%s","ProcessId":"%d","Image":"C:\\\\Windows\\\\System32\\\\%s","CommandLine":"%s","ParentProcessGuid":"%s","ParentProcessId":"%d","ParentImage":"C:\\\\Windows\\\\System32\\\\%s","ParentCommandLine":"%s"}""".formatted(
                        pid,
                        10 + second / 60,
                        second % 60,
                        guid(second),
                        pid,
                        file,
                        command,
                        guid(parentSecond(parent)),
                        parent,
                        parentFile,
                        parent == 1100 ? "powershell -enc " + ENCODED : parentFile));
    }

    private static int parentSecond(int parent) {
        return parent == 1000 ? 1 : parent == 1100 ? 2 : 0;
    }

    /// A guid whose middle is the second of creation, as Sysmon makes it.
    private static String guid(int second) {
        String hex = "%08x".formatted(0x6981bb68 + second);
        return "{49a15388-" + hex.substring(4) + "-" + hex.substring(0, 4) + "-4205-000000000400}";
    }
}

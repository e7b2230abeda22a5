package io.tocsin.response.investigation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.response.IndicatorPeer;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What evidence is taken for, and what of it may not be acted upon (docs/adr/040, 079).
@QuarkusTest
class JudgedEvidenceTest extends InvestigatedTest {

    private static final String DROPPER = "c".repeat(40);
    private static final String SHA256 = "ab".repeat(32);
    private static final String TEMP = "C:\\Users\\ann\\AppData\\Local\\Temp";

    /// What no index compresses.
    private static String noise(int length) {
        return new Random(7)
                .ints('a', 'z' + 1)
                .limit(length)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void shouldInvestigateTheRestWhenAUrlIsLongerThanAnIndexTakes() {
        IndicatorPeer.forget();
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "t.exe", TEMP);
        evidence(alert, 1, "Url", "url", "https://c2.example/" + noise(20_000));
        evidence(alert, 2, "Url", "url", "https://c2.example/" + noise(19_999) + "!");

        String id = investigate(agent, alert);

        quarantined(agent);
        reaches(id, "PartiallyRemediated"); // no indicator names a URL of that length
        assertThat(TestDatabase.column("select count(*) from investigation_entity where verdict = 'Malicious'"))
                .containsExactly(3L);
    }

    @Test
    void shouldTellLongRegistryKeysApart() {
        Agent agent = enrol("ws5.corp.example");
        level("SemiRequireApprovalForAllFolders");
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "dropper.exe", TEMP);
        String key = "HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\Services\\" + noise(8_000);
        for (int i = 1; i < 3; i++) {
            evidence(alert, i, "Registry", "registry_key", key + i);
        }
        TestDatabase.update(
                "update alert_evidence set registry_value = ?, registry_value_name = 'ImagePath' where registry_key is not null",
                TEMP + "\\dropper.exe");

        String id = investigate(agent, alert);

        reaches(id, "PendingApproval");
        proposed(id).body("value.kind", containsInAnyOrder("QuarantineFile", "RemoveRegistryKey", "RemoveRegistryKey"));
    }

    @Test
    void shouldLeaveItAtThatWhenAnEntityCannotBeExaminedAndGoOnWithTheOthers() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "t.exe", TEMP);
        evidence(alert, 1, "Url", "url", "http://fails.example/a");
        TestDatabase.update(
                "alter table investigation_entity add constraint fails check (value not like '%fails%' or verdict = 'NotExamined')");
        try {
            String id = investigate(agent, alert);

            quarantined(agent);
            reaches(id, "PartiallyRemediated");
            with("Alert.Read.All")
                    .get("/api/investigations/" + id)
                    .then()
                    .body("statusDetails", startsWith("1 entities could not be examined; It could not be examined:"));
            assertThat(TestDatabase.column("select tries from investigation_entity where verdict = 'NotExamined'"))
                    .containsExactly(3);
        } finally {
            TestDatabase.update("alter table investigation_entity drop constraint fails");
        }
    }

    @Test
    void shouldFailWhenItCannotBeTakenOnTimeAndAgain() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "Low", null);
        file(alert, 0, DROPPER, "t.exe", TEMP);
        TestDatabase.update("alter table investigation add constraint fails check (state <> 'Benign')");
        try {
            String id = investigate(agent, alert);

            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
                TestDatabase.update("update investigation set due = now() where end_ticks is null");
                with("Alert.Read.All")
                        .get("/api/investigations/" + id)
                        .then()
                        .body("state", is("Failed"))
                        .body("statusDetails", startsWith("An analyser failed: "));
            });
            assertThat(TestDatabase.column(
                            "select detail->>'state' from audit_entry where target = ? and action = 'investigation.end'",
                            id))
                    .contains("Failed");
        } finally {
            TestDatabase.update("alter table investigation drop constraint fails");
        }
    }

    /// `t.exe` is in `agent.exe` and in another folder's `t.exe`, and neither is the dropper.
    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            \\CurrentVersion\\Run | C:\\Program Files\\acme\\not_dropper.exe | -
            \\CurrentVersion\\Run | C:\\Windows\\System32\\dropper.exe       | -
            \\Acme\\Recent        | C:\\Users\\ann\\AppData\\Local\\Temp\\dropper.exe | -
            \\CurrentVersion\\Run | D:\\games\\dropper.exe                   | Pending
            \\CurrentVersion\\Run | dropper.exe /q                           | Pending
            \\CurrentVersion\\Run | "C:\\Users\\ann\\AppData\\Local\\Temp\\Dropper.exe" /q | Running
            """)
    void shouldActByItselfOnlyOnWhatNamesTheWholePath(String key, String value, String status) {
        Agent agent = enrol("ws5.corp.example");
        event(agent, 1, "RegistryValueSet", "HKEY_CURRENT_USER\\Software" + key, value, null);
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "dropper.exe", TEMP);

        String id = investigate(agent, alert);

        reaches(id, "Pending".equals(status) ? "PendingApproval" : "PendingResource");
        if (status == null) {
            proposed(id).body("value.kind", is(List.of("QuarantineFile")));
        } else {
            proposed(id).body("value.find { it.kind == 'RemoveRegistryKey' }.status", is(status));
        }
    }

    /// The service is the dropper's, and what it starts is the system's: at this level a person decides.
    @Test
    void shouldJudgeAServiceByTheFolderOfItsOwnImage() {
        Agent agent = enrol("ws5.corp.example");
        level("SemiRequireApprovalForCoreFolders");
        event(
                agent,
                1,
                "ServiceInstalled",
                null,
                null,
                "{\"ServiceName\":\"updsvc\",\"ServiceFileName\":\"C:\\\\Windows\\\\System32\\\\cmd.exe /c start dropper.exe\"}");
        event(
                agent,
                2,
                "ServiceInstalled",
                null,
                null,
                "{\"ServiceName\":\"ownsvc\",\"ServiceFileName\":\"D:\\\\tools\\\\x.exe\"}");
        TestDatabase.update("update device_event set process_key = '4711:1770000000'");
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "dropper.exe", TEMP);
        process(alert, 1, DROPPER, "dropper.exe");

        String id = investigate(agent, alert);

        reaches(id, "PendingApproval");
        proposed(id)
                .body("value.find { it.target == 'updsvc' }.automatic", is(false))
                .body("value.find { it.target == 'ownsvc' }.automatic", is(true));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", textBlock = """
            # of the group, action,  of all,  state
            other,         Allowed, -,       PendingResource
            mine,          Allowed, -,       Benign
            -,             Allowed, -,       Benign
            mine,          Allowed, Block,   Benign
            other,         Allowed, Block,   PendingResource
            """)
    void shouldHeedOnlyIndicatorsOfTheMachinesGroup(String group, String action, String ofAll, String state) {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update("""
                insert into device_group (tenant_id, id, rank, name, automation_level, last_update_ticks, rules)
                values (cast(? as uuid), 7, 1, 'Mine', 'FullRemediateThreatsAutomatically', 1, '{}')
                """, Tokens.TENANT);
        TestDatabase.update(
                "update machine set rbac_group_id = 7, rbac_group_name = 'Mine', group_generation = 1000000");
        indicator(1, action, group);
        if (ofAll != null) {
            indicator(2, ofAll, null);
        }
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "t.exe", TEMP);

        reaches(investigate(agent, alert), state);
    }

    /// A block that one group wants is none elsewhere.
    @Test
    void shouldNotWidenABlockOfADeviceGroupToMachinesOutsideOfIt() {
        Agent agent = enrol("ws5.corp.example");
        Agent other = enrol("ws6.corp.example");
        TestDatabase.update(
                "update machine set rbac_group_id = 7, rbac_group_name = 'Mine', group_generation = 1000000 where id = ?",
                agent.machineId());
        indicator(1, "Block", "7");
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " values (cast(? as uuid), 'File', ?, ?, 1, 1, repeat('0', 768)::bit(768))",
                Tokens.TENANT,
                DROPPER,
                other.machineId());
        String alert = alert(agent, "Low", null);
        file(alert, 0, DROPPER, "t.exe", TEMP);

        String id = investigate(agent, alert);

        reaches(id, "PendingResource");
        proposed(id).body("value.machineId", is(List.of(agent.machineId())));
    }

    /// Telemetry says what started the process; the alert names the process alone.
    @Test
    void shouldHoldAgainstAFileWhatStartedItsProcess() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "Medium", null);
        file(alert, 0, DROPPER, "t.exe", TEMP);
        process(alert, 1, DROPPER, "t.exe");
        TestDatabase.update(
                """
                insert into process (tenant_id, machine_id, process_key, path, observed, process_id, file_name, sha1, received_ticks)
                values (cast(? as uuid), ?, '1:1', '{1:1}', true, 1, 'WINWORD.EXE', 'aa', 1),
                    (cast(? as uuid), ?, '2:2', '{1:1,2:2}', true, 2, 'cmd.exe', 'bb', 1),
                    (cast(? as uuid), ?, '4711:1770000000', '{1:1,2:2,4711:1770000000}', true, 4711, 't.exe', ?, 1)
                """,
                Tokens.TENANT,
                agent.machineId(),
                Tokens.TENANT,
                agent.machineId(),
                Tokens.TENANT,
                agent.machineId(),
                DROPPER);

        String id = investigate(agent, alert);

        reaches(id, "PendingResource");
        proposed(id)
                .body("value[0].verdict", is("Malicious"))
                .body("value[0].reasons", hasItem("An office program started it: winword.exe"));
    }

    @Test
    void shouldHoldAgainstAFileTheParentItsAlertNames() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", null);
        process(alert, 0, DROPPER, "t.exe");
        TestDatabase.update("update alert_evidence set parent_process_file_name = 'MSHTA.exe', file_path = ?", TEMP);

        String id = investigate(agent, alert);

        reaches(id, "PendingResource");
        proposed(id).body("value[0].reasons", hasItem(containsString("started it: mshta.exe")));
    }

    /// A sensor that began after the process tells what it does, and not the hash of its file.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            C:\\Users\\ann\\Desktop   | true
            C:\\Program Files\\acme  | false
            """)
    void shouldKillAProcessWhoseFileNobodyHashed(String folder, boolean automatic) {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Covenant");
        process(alert, 0, null, "Grunt.exe");
        TestDatabase.update("update alert_evidence set file_path = ?", folder);

        String id = investigate(agent, alert);

        reaches(id, automatic ? "PendingResource" : "PendingApproval");
        proposed(id)
                .body("value", hasSize(1))
                .body("value[0].kind", is("KillProcess"))
                .body("value[0].automatic", is(automatic))
                .body("value[0].details.processId", is(4711))
                .body("value[0].details.image", is((folder + "\\grunt.exe").toLowerCase(java.util.Locale.ROOT)));
        if (automatic) {
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                var given = agent.actions(0).body("value", hasSize(1)).extract().jsonPath();
                agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded")
                        .statusCode(200);
            });
            reaches(id, "SuccessfullyRemediated");
        }
    }

    /// One alert knows the hash, another the path alone: both speak of the one file.
    @Test
    void shouldTakeAProcessForTheFileAnotherAlertHasTheHashOf() {
        Agent agent = enrol("ws5.corp.example");
        String first = alert(agent, "High", null);
        file(first, 0, DROPPER, "t.exe", TEMP);
        String second = alert(agent, "High", null);
        process(second, 0, null, "T.exe");
        TestDatabase.update("update alert_evidence set file_path = ?", TEMP);
        TestDatabase.update("update alert set detector_id = id");
        String id = investigate(agent, first);
        investigate(agent, second);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> proposed(id)
                        .body("value", hasSize(1))
                        .body("value[0].kind", is("QuarantineFile"))
                        .body("value[0].automatic", is(true))
                        .body("value[0].reasons", hasItem("2 detections of high severity name it")));
    }

    /// Many products name files by their SHA-256 alone.
    @Test
    void shouldKnowAFileByItsSha256WhereTelemetryToldItsSha1() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "t.exe", TEMP);
        TestDatabase.update(
                "update alert_evidence set sha1 = null, sha256 = ?", SHA256.toUpperCase(java.util.Locale.ROOT));
        TestDatabase.update(
                "insert into file_fact (tenant_id, hash, sha256, last_seen_day) values (cast(? as uuid), ?, ?, 1)",
                Tokens.TENANT,
                DROPPER,
                SHA256);

        String id = investigate(agent, alert);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> proposed(id)
                        .body("value", hasSize(1))
                        .body("value[0].kind", is("QuarantineFile"))
                        .body("value[0].target", is(DROPPER)));
    }

    /// Another alert may have told it.
    @Test
    void shouldKnowAFileByItsSha256WhereAnotherAlertToldItsSha1() {
        Agent agent = enrol("ws5.corp.example");
        String first = alert(agent, "High", "Emotet");
        file(first, 0, DROPPER, "t.exe", TEMP);
        TestDatabase.update("update alert_evidence set sha256 = ?", SHA256);
        String second = alert(agent, "High", "Emotet");
        hashed(second, "u.exe");
        String id = investigate(agent, second);
        investigate(agent, first);

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> proposed(id)
                        .body("value.findAll { it.kind == 'QuarantineFile' }.target", is(List.of(DROPPER))));
    }

    /// No agent can be told to quarantine it, so it is blocked, and says so.
    @Test
    void shouldBlockAFileOfWhichNobodyToldTheSha1AndTakeItBack() {
        IndicatorPeer.forget();
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Emotet");
        hashed(alert, "t.exe");

        String id = investigate(agent, alert);

        reaches(id, "SuccessfullyRemediated");
        String remediation = proposed(id)
                .body("value", hasSize(1))
                .body("value[0].kind", is("BlockIndicator"))
                .body("value[0].target", is(SHA256))
                .body("value[0].path", is(TEMP + "\\t.exe"))
                .body("value[0].automatic", is(true))
                .body("value[0].verdict", is("Malicious"))
                .body("value[0].reasons", hasItem(startsWith("Nobody told its SHA-1")))
                .body("value[0].reasons", hasItem("An alert names the threat: Emotet"))
                .extract()
                .path("value[0].id");
        assertThat(IndicatorPeer.asked())
                .singleElement()
                .asString()
                .contains(SHA256, "FileSha256", "BlockAndRemediate", "\"expirationTime\":\"2");
        decide(remediation, "undo").statusCode(200);
        stands(remediation, "Undone");
        assertThat(IndicatorPeer.deleted()).containsExactly("77");
    }

    @Test
    void shouldKillTheProcessesOfAFileOfWhichNobodyToldTheSha1() {
        IndicatorPeer.forget();
        Agent agent = enrol("ws5.corp.example");
        level("SemiRequireApprovalForAllFolders");
        String alert = alert(agent, "High", "Emotet");
        process(alert, 0, null, "t.exe");
        TestDatabase.update("update alert_evidence set sha256 = ?, file_path = ?", SHA256, TEMP);

        String id = investigate(agent, alert);

        reaches(id, "PendingApproval");
        proposed(id)
                .body("value.kind", containsInAnyOrder("BlockIndicator", "KillProcess"))
                .body("value.find { it.kind == 'KillProcess' }.details.sha256", is(SHA256));
        assertThat(IndicatorPeer.asked()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"Allowed, Benign", "Block, SuccessfullyRemediated"})
    void shouldHeedIndicatorsOnTheSha256Alone(String action, String state) {
        IndicatorPeer.forget();
        IndicatorPeer.decides(action);
        Agent agent = enrol("ws5.corp.example");
        level("SemiRequireApprovalForAllFolders");
        indicator("FileSha256", SHA256, action);
        String alert = alert(agent, action.equals("Allowed") ? "High" : "Low", null);
        hashed(alert, "t.exe");

        reaches(investigate(agent, alert), state);
        assertThat(IndicatorPeer.asked()).isEmpty(); // what is blocked already needs no other
        IndicatorPeer.forget();
    }

    /// Telemetry knows what an alert does not tell.
    @ParameterizedTest
    @CsvSource({"FileMd5", "FileSha256"})
    void shouldHeedIndicatorsOnTheOtherHashesThatTelemetryToldOfAFile(String type) {
        Agent agent = enrol("ws5.corp.example");
        String md5 = "5".repeat(32);
        indicator(type, type.equals("FileMd5") ? md5 : SHA256, "Allowed");
        TestDatabase.update(
                "insert into file_fact (tenant_id, hash, sha1, sha256, md5, last_seen_day) values (cast(? as uuid), ?, ?, ?, ?, 1)",
                Tokens.TENANT,
                DROPPER,
                DROPPER,
                SHA256,
                md5);
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "t.exe", TEMP);

        reaches(investigate(agent, alert), "Benign");
    }

    @Test
    void shouldCallAFileCommonBySightingsOfItsSha256() {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update(
                "insert into machine (tenant_id, id) select cast(? as uuid), 'n' || n from generate_series(1, 20) n",
                Tokens.TENANT);
        for (int i = 1; i <= 20; i++) {
            sighted(SHA256, "n" + i);
        }
        String alert = alert(agent, "Medium", null);
        hashed(alert, "t.exe");

        reaches(investigate(agent, alert), "Benign");

        assertThat(TestDatabase.column("select reasons::text from investigation_entity"))
                .singleElement()
                .asString()
                .contains("It is common: on 20 of 21 machines");
    }

    /// A fleet is as large as it is: what three in a hundred machines have is not common.
    @Test
    void shouldNotCallCommonWhatFewOfAVeryLargeFleetHave() {
        Agent agent = enrol("ws5.corp.example");
        TestDatabase.update(
                "insert into machine (tenant_id, id) select cast(? as uuid), lpad(n::text, 40, '0') from generate_series(1, 20000) n",
                Tokens.TENANT);
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " select cast(? as uuid), 'File', ?, lpad(n::text, 40, '0'), 1, 1, repeat('0', 768)::bit(768)"
                        + " from generate_series(1, 2600) n",
                Tokens.TENANT,
                DROPPER);
        TestDatabase.update("analyze machine, entity_sighting"); // jobs look at them, too
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "t.exe", TEMP);

        String id = investigate(agent, alert);

        reaches(id, "PendingApproval");
        proposed(id).body("value.find { it.kind == 'QuarantineFile' }.verdict", is("Malicious"));
    }

    @Test
    void shouldAskForApprovalWhereTheSystemsFolderIsNamedByItsDevice() {
        Agent agent = enrol("ws5.corp.example");
        String alert = alert(agent, "High", "Emotet");
        file(alert, 0, DROPPER, "cmd.exe", "\\Device\\HarddiskVolume3\\Windows\\System32");

        String id = investigate(agent, alert);

        reaches(id, "PendingApproval");
        proposed(id)
                .body("value[0].verdict", is("Suspicious"))
                .body("value[0].reasons", hasItem("It lies in the system's own folders"));
    }

    /// What an alert that began it finds, one that a person began finds too, and what came later is looked at as well.
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void shouldTraceWhatAlertsThatJoinSayWhoeverBeganIt(boolean byHand) {
        Agent agent = enrol("ws5.corp.example");
        level("SemiRequireApprovalForAllFolders");
        event(
                agent,
                1,
                "ServiceInstalled",
                null,
                null,
                "{\"ServiceName\":\"ownsvc\",\"ServiceFileName\":\"D:\\\\tools\\\\x.exe\"}");
        TestDatabase.update("update device_event set process_key = '4711:1770000000'");
        String first = alert(agent, "High", "Emotet");
        file(first, 0, DROPPER, "dropper.exe", TEMP);
        String id = byHand ? start(agent) : investigate(agent, first);
        reaches(id, "PendingApproval");
        proposed(id).body("value.kind", is(List.of("QuarantineFile")));

        String second = alert(agent, "High", "Emotet");
        process(second, 0, DROPPER, "dropper.exe");
        evidence(
                second,
                1,
                "Registry",
                "registry_key",
                "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run");
        TestDatabase.update(
                "update alert_evidence set registry_value = ? where registry_key is not null", TEMP + "\\dropper.exe");
        if (!byHand) {
            investigate(agent, second);
        }

        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> proposed(id)
                        .body("value.kind", containsInAnyOrder("QuarantineFile", "StopService", "RemoveRegistryKey")));
    }

    private static void quarantined(Agent agent) {
        await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
            var given = agent.actions(0).body("value", hasSize(1)).extract().jsonPath();
            assertThat(given.getString("value[0].sha1")).isEqualTo(DROPPER);
            agent.report(given.getString("value[0].id"), given.getString("value[0].leaseId"), "Succeeded")
                    .statusCode(200);
        });
    }

    private static void hashed(String alert, String name) {
        file(alert, 0, null, name, TEMP);
        TestDatabase.update("update alert_evidence set sha256 = ? where alert_id = ?", SHA256, alert);
    }

    private static void indicator(String type, String value, String action) {
        indicator(1, type, value, action, null);
    }

    private static void indicator(int id, String action, String group) {
        indicator(id, "FileSha1", DROPPER, action, group);
    }

    private static void indicator(int id, String type, String value, String action, String group) {
        TestDatabase.update(
                "insert into indicator (id, tenant_id, indicator_value, indicator_type, match_value, action, created_by, severity,"
                        + " title, description, creation_ticks, last_update_ticks, rbac_group_names, rbac_group_ids)"
                        + " values (?, cast(? as uuid), ?, ?, ?, ?, 'x', 'High', 't', 'd', 1, 1, cast(? as text[]), cast(? as text[]))",
                id,
                Tokens.TENANT,
                value,
                type,
                value,
                action,
                group == null || group.equals("7") ? "{}" : "{" + group + "}",
                "7".equals(group) ? "{7}" : "{}");
    }
}

package io.tocsin.alert.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

@QuarkusTest
class IngestEventsTest extends ApiTest {

    private static final Path RECORDINGS = Path.of("../../shared/data/telemetry");

    private static final String PROCESS = """
            {"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Hostname":"WS5.corp.example","UtcTime":"2026-02-03 09:10:00.500","RecordNumber":7,"ProcessGuid":"{49a15388-bb18-6981-4205-000000000400}","ProcessId":"7540","Image":"C:\\\\Windows\\\\System32\\\\wsmprovhost.exe","CommandLine":"wsmprovhost.exe -Embedding","ParentProcessGuid":"{49a15388-bb00-6981-4205-000000000400}","ParentProcessId":"900","ParentImage":"C:\\\\Windows\\\\System32\\\\svchost.exe","ParentCommandLine":"svchost -k DcomLaunch","User":"CORP\\\\m.ortiz","Hashes":"SHA1=9245F36AA783167E0AFE948B1C0E8E7F3B81E3D4,MD5=8AC325C757FA721B272ECEA19EBCF745"}""";

    @Test
    void shouldKeepTheProcessItsParentAndItsExactTimeWhenSysmonTells() {
        // When
        events(PROCESS).statusCode(200).body("stored", is(1));

        // Then
        assertThat(row("machine_id"))
                .isEqualTo(MachineId.ofName(
                        java.util.UUID.fromString(io.tocsin.testkit.Tokens.TENANT), "ws5.corp.example"));
        assertThat(row("event_ticks"))
                .isEqualTo(
                        io.tocsin.wire.WireTime.parse("2026-02-03T09:10:00.5Z").ticks());
        assertThat(row("process_key")).isEqualTo("7540:" + 0x6981bb18);
        assertThat(row("parent_process_key")).isEqualTo("900:" + 0x6981bb00);
        assertThat(row("file_name")).isEqualTo("wsmprovhost.exe");
        assertThat(row("initiating_process_file_name")).isEqualTo("svchost.exe");
        assertThat(row("sha1")).isEqualTo("9245f36aa783167e0afe948b1c0e8e7f3b81e3d4");
        assertThat(row("account_name")).isEqualTo("m.ortiz");
    }

    @Test
    void shouldStoreOnceWhenTheSameEventsComeAgain() {
        String lines = PROCESS + "\n" + connection("203.0.113.5", "2026-02-03T09:15:27.1043382Z", 1);
        events(lines).body("stored", is(2)).body("duplicates", is(0));

        events(lines).body("received", is(2)).body("stored", is(0)).body("duplicates", is(2));

        assertThat(TestDatabase.count("device_event")).isEqualTo(2);
        assertThat(TestDatabase.count("machine_sighting")).isEqualTo(2);
    }

    /// Also of events that come later or again: what was marked stays.
    @Test
    void shouldMarkInWhichFiveMinutesAMachineUsedAnAddress() {
        events(connection("203.0.113.5", "2026-02-03T08:01:00Z", 1) + "\n"
                        + connection("203.0.113.5", "2026-02-03T20:04:59Z", 2))
                .statusCode(200);
        events(connection("203.0.113.5", "2026-02-03T10:07:00Z", 3)).statusCode(200);
        events(connection("203.0.113.5", "2026-02-03T08:02:00Z", 4)).statusCode(200);

        var marks = new java.util.BitSet();
        java.util.List.of(8 * 12, 10 * 12 + 1, 20 * 12).forEach(marks::set);
        assertThat(TestDatabase.column("select seen::text from machine_address where address = '10.20.4.14'"))
                .containsExactly(io.tocsin.db.AddressMarks.text(marks));
    }

    @Test
    void shouldReportTheBadLineAndStoreTheRestWhenOneIsBroken() {
        String lines = connection("203.0.113.5", "2026-02-03T09:15:27Z", 1) + "\n{\"EventID\":\n"
                + "{\"EventID\":5156,\"Channel\":\"Security\"}\n\n"
                + connection("203.0.113.6", "2026-02-03T09:15:28Z", 2) + "\n"
                + connection("203.0.113.6", "1970-02-03T09:15:28Z", 3) + "\n[]";

        events(lines)
                .statusCode(200)
                .body("received", is(6))
                .body("stored", is(2))
                .body("skippedBy.'Security/5156'", is(1))
                .body("failed", is(3))
                .body("errors.line", is(java.util.List.of(2, 6, 7)));
    }

    @Test
    void shouldTakeNothingOfAnotherMachineThanTheOneThatIsNamed() {
        String own = MachineId.ofName(java.util.UUID.fromString(io.tocsin.testkit.Tokens.TENANT), "ws5.corp.example");
        String lines = PROCESS + "\n" + PROCESS.replace("WS5", "WS6") + "\n{\"records\":["
                + connection("203.0.113.5", "2026-02-03T09:15:27Z", 1) + "]}";

        with("Event.Write")
                .contentType("application/octet-stream")
                .body(lines.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .post("/v1/events?machineId=" + own)
                .then()
                .statusCode(200)
                .body("received", is(3))
                .body("stored", is(1))
                .body("failed", is(2))
                .body("errors.line", is(java.util.List.of(2, 3)))
                .body("errors[0].message", containsString("another machine"));

        assertThat(row("machine_id")).isEqualTo(own);
    }

    @Test
    void shouldReadAWholeMessageWhenRecordsAreWrapped() {
        events("{\"records\":[" + connection("203.0.113.5", "2026-02-03T09:15:27Z", 1) + ","
                        + connection("203.0.113.5", "2026-02-03T09:15:28Z", 2) + "]}")
                .body("received", is(1))
                .body("stored", is(2));
    }

    @Test
    void shouldRefuseTheRestWhenSomethingElseFollowsTheGzip() {
        byte[] whole = gzip(connection("203.0.113.5", "2026-02-03T09:15:27Z", 1) + "\n");
        byte[] longer = Arrays.copyOf(whole, whole.length + 1);
        longer[whole.length] = 'x';

        gzipped(longer).statusCode(400).body("error.code", is("InvalidRequestBody"));

        assertThat(TestDatabase.count("device_event")).isEqualTo(1);
    }

    @Test
    void shouldUnpackWhenTheBodyIsGzipAndNameTheLastLineWhenItBreaksOff() {
        var lines = new StringBuilder();
        for (int i = 0; i < 3_000; i++) {
            lines.append(connection("203.0.113." + i % 250, "2026-02-03T09:15:27." + (1_000_000 + i) + "Z", i))
                    .append('\n');
        }
        byte[] packed = gzip(lines.toString());

        gzipped(packed).statusCode(200).body("stored", is(3_000));
        TestDatabase.clean();
        gzipped(Arrays.copyOf(packed, packed.length / 2))
                .statusCode(400)
                .body("error.code", is("InvalidRequestBody"))
                .body("error.message", containsString("stored up to line"));
        assertThat(TestDatabase.count("device_event")).isBetween(1L, 2_999L);
    }

    @Test
    void shouldRefuseWhenThePermissionIsMissing() {
        RestAssured.given().body(PROCESS).post("/v1/events").then().statusCode(401);
        with("Alert.ReadWrite.All").body(PROCESS).post("/v1/events").then().statusCode(403);
        assertThat(TestDatabase.count("device_event")).isZero();
    }

    @Test
    void shouldKnowEveryHostAndProcessWhenTheRecordedAttackIsPlayed() throws IOException {
        Path recording = RECORDINGS.resolve("covenant_psremoting_command.zip");
        Assumptions.assumeTrue(Files.exists(recording), "the recorded attacks are not on this machine");

        try (var zip = new ZipInputStream(Files.newInputStream(recording))) {
            zip.getNextEntry();
            events(zip.readAllBytes())
                    .statusCode(200)
                    .body("received", is(4_284))
                    .body("failed", is(0))
                    .body("stored", is(3_381));
        }

        assertThat(TestDatabase.count("machine_sighting")).isEqualTo(3);
        assertThat(TestDatabase.value("select count(*) from device_event where table_name = 'DeviceProcessEvents'"))
                .isEqualTo(16L); // each told by Sysmon and by the Security log
    }

    @Test
    void shouldStoreTheDeviceRowsAndCountTheOthersWhenTheRealServiceStreamedThem() throws IOException {
        Path recording = RECORDINGS.resolve("microsoft365_defender_events.json");
        Assumptions.assumeTrue(Files.exists(recording), "the recorded attacks are not on this machine");

        events(Files.readAllBytes(recording))
                .statusCode(200)
                .body("failed", is(0))
                .body("stored", is(5))
                .body("skipped", is(4));
    }

    private static Object row(String column) {
        return TestDatabase.value("select " + column + " from device_event");
    }

    private static io.restassured.response.ValidatableResponse gzipped(byte[] body) {
        return with("Event.Write")
                .contentType("application/octet-stream")
                .header("Content-Encoding", "gzip")
                .body(body)
                .post("/v1/events")
                .then();
    }
}

package io.tocsin.alert;

import static io.restassured.RestAssured.given;

import io.restassured.response.ValidatableResponse;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;

/// What the tests of incidents, correlation and stories share: rows as ingest would have written them.
public abstract class StoryApiTest extends ApiTest {

    protected static final String WS5 = "5".repeat(40);
    protected static final String WS6 = "6".repeat(40);
    protected static final WireTime NOON = WireTime.parse("2026-02-03T12:00:00Z");

    @BeforeEach
    void day() {
        TestDatabase.column("select make_device_event_day(date '2026-02-03')::text");
    }

    protected static void alert(
            String id, String machine, String title, String severity, String category, WireTime at) {
        alert(Tokens.TENANT, id, machine, title, severity, category, at);
    }

    protected static void alert(
            String tenant, String id, String machine, String title, String severity, String category, WireTime at) {
        String name = machine == null ? null : "ws" + machine.charAt(0) + ".corp.example";
        TestDatabase.update(
                """
                insert into alert (id, tenant_id, source, source_ref, severity, status, detection_source, category, title, description,
                    alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks, machine_id, computer_dns_name, correlated)
                values (?, ?, 'suricata-edge', ?, ?, 'New', 'ThirdPartySensors', ?, ?, 'seen', ?, ?, ?, ?, ?, ?, true)
                """,
                id,
                UUID.fromString(tenant),
                "ref-" + id,
                severity,
                category,
                title,
                at.ticks(),
                at.ticks(),
                at.ticks(),
                at.ticks(),
                machine,
                name);
    }

    protected static void evidence(String alert, String type, String column, Object value) {
        TestDatabase.update(
                "insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, "
                        + column + ") select ?, ?, count(*), ?, ?, ? from alert_evidence where alert_id = ?",
                UUID.fromString(Tokens.TENANT),
                alert,
                type,
                NOON.ticks(),
                value,
                alert);
    }

    protected static void process(
            String machine, long pid, String file, String command, long parentPid, String parentFile, WireTime at) {
        process(machine, pid, file, command, parentPid, parentFile, null, at);
    }

    protected static void process(
            String machine,
            long pid,
            String file,
            String command,
            long parentPid,
            String parentFile,
            String parentCommand,
            WireTime at) {
        long parentCreated = at.ticks() - WireTime.TICKS_PER_SECOND;
        TestDatabase.update(
                """
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                    action_type, process_key, process_id, process_creation_ticks, file_name, folder_path, command_line, account_domain,
                    account_name, parent_process_key, initiating_process_id, initiating_process_creation_ticks, initiating_process_file_name,
                    initiating_process_command_line)
                values (?, ?, ?, ?, tocsin_time(?), ?, 'ws', 'DeviceProcessEvents', 'ProcessCreated', ?, ?, ?, ?, 'C:\\Windows', ?, 'CORP',
                    'ann', ?, ?, ?, ?, ?)
                """,
                UUID.fromString(Tokens.TENANT),
                machine,
                at.ticks(),
                pid,
                at.ticks(),
                at.ticks(),
                key(pid, at.ticks()),
                pid,
                at.ticks(),
                file,
                command,
                parent(machine, parentPid, parentCreated),
                parentPid,
                parentCreated,
                parentFile,
                parentCommand);
    }

    private static String parent(String machine, long pid, long otherwise) {
        return TestDatabase.column(
                        "select process_key from device_event where machine_id = ? and process_id = ? and action_type = 'ProcessCreated'",
                        machine,
                        pid)
                .stream()
                .map(Object::toString)
                .findFirst()
                .orElse(key(pid, otherwise));
    }

    /// Telemetry of so many machines has told of a value.
    protected static void seen(String kind, String value, int machines, WireTime at) {
        TestDatabase.update("""
                insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)
                select cast(? as uuid), ?, ?, 'm' || n, ?, ?, cast(1 as bit(768)) from generate_series(1, ?) as n
                """, Tokens.TENANT, kind, value, at.ticks(), at.ticks(), machines);
    }

    protected static String key(long pid, long ticks) {
        return pid + ":" + Math.floorDiv(ticks, WireTime.TICKS_PER_SECOND);
    }

    protected static void act(
            String machine, String processKey, String table, String action, String file, String remoteIp, WireTime at) {
        TestDatabase.update(
                """
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                    action_type, process_key, initiating_process_id, initiating_process_file_name, file_name, folder_path, remote_ip, remote_port, protocol)
                values (?, ?, ?, 1, tocsin_time(?), ?, 'ws', ?, ?, ?, ?, 'actor.exe', ?, 'C:\\Temp', ?, 443, 'tcp')
                """,
                UUID.fromString(Tokens.TENANT),
                machine,
                at.ticks(),
                at.ticks(),
                at.ticks(),
                table,
                action,
                processKey,
                Long.valueOf(processKey.split(":")[0]),
                file,
                remoteIp);
    }

    /// Lets correlation see every alert at once, in the order of their creation and with all telemetry, and waits until
    /// it has placed them.
    protected static void correlate() {
        Followed.all();
        TestDatabase.update("update alert set correlated = false");
        Awaitility.await()
                .until(() -> (Long) TestDatabase.value("select count(*) from alert where not correlated") == 0);
    }

    protected static ValidatableResponse get(String path) {
        return given().auth()
                .oauth2(Tokens.application("Incident.Read.All", "Alert.Read.All"))
                .get(path)
                .then();
    }
}

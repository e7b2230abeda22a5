package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Alerts, more evidence of them, the telemetry around them, and what alerts and telemetry of the days before make
/// common
/// come in any order and in batches of any size: incidents, their names and severities, and the reasons shown are those
/// [Attack] says. `make prove-correlation` tries more.
@QuarkusTest
class CorrelateInAnyOrderTest extends StoryApiTest {

    private static final int ATTACKS = Integer.getInteger("tocsin.prove.correlation", 1);
    private static final int ORDERS = 3;
    private static final WireTime BEFORE_YESTERDAY = NOON.plusSeconds(-48 * 3600L);
    private static final WireTime YESTERDAY = NOON.plusSeconds(-24 * 3600L);

    /// Just enough to be common, more than 50; of a value that is so by both, half have it by alerts.
    private static final int MANY = 51;

    private static final int HALF = 26;
    private static final int MACHINES_AT_ONCE = 10;
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20261121);

    @BeforeEach
    void earlierDays() {
        TestDatabase.column(
                "select make_device_event_day(day)::text from unnest(array[date '2026-02-01', date '2026-02-02']) as day");
    }

    @Test
    void shouldEndInTheSameIncidentsWhateverTheOrderOfArrival() {
        for (int attack = 0; attack < ATTACKS; attack++) {
            var made = Attack.madeUp(SEED + attack, NOON);
            for (int order = 0; order < ORDERS; order++) {
                // Given
                TestDatabase.clean();
                awaitFollower();
                var random = new Random(SEED * 31 + attack * 1000L + order);

                // When
                arrive(made, order == 0, random);

                // Then
                String what = "seed " + (SEED + attack) + " order " + order;
                assertThat(incidents()).as(what).isEqualTo(made.incidents());
                assertThat(reasons()).as(what).isEqualTo(made.reasons());
            }
        }
    }

    /// @param isLate whether what is of the days before comes when the attack is in its incidents
    private static void arrive(Attack made, boolean isLate, Random random) {
        var steps = new ArrayList<Runnable>();
        made.processes().forEach(process -> steps.add(() -> start(process)));
        made.addresses().forEach(address -> steps.add(() -> use(address)));
        made.alerts().forEach(alert -> steps.add(() -> raise(alert)));
        List<Runnable> before = before();
        if (!isLate) {
            steps.addAll(before);
        }
        Collections.shuffle(steps, random);
        // Some evidence comes with a repeat in between, all of it in the end.
        made.alerts().stream()
                .filter(alert -> random.nextInt(3) == 0)
                .forEach(alert -> steps.add(steps.size() - random.nextInt(3), () -> repeat(alert)));
        int wait = steps.size() / 10 + random.nextInt(steps.size());
        for (int i = 0; i < steps.size(); i++) {
            steps.get(i).run();
            if (i % wait == wait - 1) {
                await().until(() -> !isWaiting());
            }
        }
        made.alerts().forEach(CorrelateInAnyOrderTest::repeat);
        if (isLate) {
            awaitAll();
            Collections.shuffle(before, random);
            before.forEach(Runnable::run);
        }
        awaitAll();
    }

    private static boolean isWaiting() {
        return (Boolean) TestDatabase.value("select exists (select from alert where not correlated)");
    }

    /// Until nothing waits, every follower is behind every event, so that it changes nothing any more, and nothing is
    /// to
    /// be asked again: all at one moment.
    private static void awaitAll() {
        await().atMost(Duration.ofSeconds(60)).until(() -> (Boolean) TestDatabase.value("""
                select not exists (select from alert where not correlated) and not exists (select from alert_link_again)
                    and 2 = (select count(*) from event_position p where p.consumer in ('correlation', 'entity-sightings')
                        and not exists (select from device_event e where (e.change_xid, e.event_id) > (p.change_xid, p.event_id)))
                """));
    }

    private static void awaitFollower() {
        await().until(() ->
                (Long) TestDatabase.value("select count(*) from event_position where consumer = 'correlation'") == 1);
    }

    /// What makes addresses common, ten machines at once.
    private static List<Runnable> before() {
        var steps = new ArrayList<Runnable>();
        for (int first = 1; first <= MANY; first += MACHINES_AT_ONCE) {
            int from = first;
            int to = Math.min(first + MACHINES_AT_ONCE - 1, MANY);
            steps.add(() -> raiseBefore(from, to));
            steps.add(() -> connectBefore(from, to));
        }
        return steps;
    }

    private static void raiseBefore(int first, int last) {
        for (int number = first; number <= last; number++) {
            String id = "common" + number;
            alert(id, Integer.toHexString(256 + number).repeat(13) + "0", "Common", "Low", "Malware", BEFORE_YESTERDAY);
            evidence(id, "Ip", "ip_address", Attack.BY_ALERTS);
            if (number <= HALF) {
                evidence(id, "Ip", "ip_address", Attack.BY_BOTH);
            }
        }
        TestDatabase.update("update alert set correlated = false where title = 'Common' and incident_id is null");
    }

    private static void connectBefore(int first, int last) {
        var lines = new StringBuilder();
        for (int number = first; number <= last; number++) {
            connect(lines, number, Attack.YESTERDAY, YESTERDAY);
            if (number > HALF) {
                connect(lines, number, Attack.BY_BOTH, BEFORE_YESTERDAY);
            }
        }
        events(lines.toString()).statusCode(200);
    }

    private static void connect(StringBuilder lines, int number, String address, WireTime at) {
        lines.append(connection(address, at.toString(), number)
                        .replace(MACHINE, Integer.toHexString(512 + number).repeat(13) + "0")
                        .replace("WS6.", "seen" + number + ".")
                        .replace("10.20.4.14", "10.20.9." + number))
                .append('\n');
    }

    private static String machine(int number) {
        return Integer.toString(number).repeat(40);
    }

    /// Half of what it will have: the machine, if it knows one, and its first value.
    private static void raise(Attack.Made alert) {
        if (isPushed(alert)) {
            push(alert, false);
            return;
        }
        alert(
                alert.id(),
                alert.machine() == null ? null : machine(alert.machine()),
                "Alert " + alert.id(),
                alert.severity(),
                alert.category(),
                alert.from());
        if (alert.process() != null) {
            processEvidence(alert);
        } else if (alert.address() != null) {
            evidence(alert.id(), "Ip", "ip_address", alert.address());
        }
        TestDatabase.update("update alert set correlated = false where id = ?", alert.id());
    }

    /// All of it, once.
    private static void repeat(Attack.Made alert) {
        if ((Long) TestDatabase.value("select count(*) from alert where source_ref = ?", "ref-" + alert.id()) == 0) {
            return;
        }
        if (isPushed(alert)) {
            push(alert, true);
            return;
        }
        missing(alert.id(), "Ip", "ip_address", alert.address());
        missing(alert.id(), "User", "user_principal_name", alert.account());
        missing(alert.id(), "File", "sha1", alert.hash());
        missing(
                alert.id(),
                "Ip",
                "ip_address",
                alert.internal() == null ? null : alert.internal().address());
        missing(
                alert.id(),
                "Ip",
                "ip_address",
                alert.other() == null ? null : alert.other().address());
        TestDatabase.update(
                "update alert set last_event_ticks = ?, correlated = false where id = ?",
                alert.to().ticks(),
                alert.id());
    }

    /// Every other one comes through the door, by a sensor that knows its machine's name alone.
    private static boolean isPushed(Attack.Made alert) {
        return alert.machine() != null && Integer.parseInt(alert.id().substring(2)) % 2 == 0;
    }

    private static void push(Attack.Made alert, boolean whole) {
        var evidence = new ArrayList<String>();
        if (alert.process() != null) {
            evidence.add(
                    "{\"entityType\":\"Process\",\"processId\":%d,\"processCreationTime\":\"%s\",\"fileName\":\"p.exe\"}"
                            .formatted(alert.process().pid(), alert.process().at()));
        }
        if (alert.address() != null && (whole || evidence.isEmpty())) {
            evidence.add("{\"entityType\":\"Ip\",\"ipAddress\":\"%s\"}".formatted(alert.address()));
        }
        if (whole && alert.account() != null) {
            evidence.add("{\"entityType\":\"User\",\"userPrincipalName\":\"%s\"}".formatted(alert.account()));
        }
        if (whole && alert.hash() != null) {
            evidence.add("{\"entityType\":\"File\",\"sha1\":\"%s\"}".formatted(alert.hash()));
        }
        with("Alert.ReadWrite.All")
                .body("""
                        {"source":"suricata-edge","sourceRef":"ref-%1$s","title":"Alert %1$s","severity":"%2$s","category":"%3$s",
                         "firstEventTime":"%4$s","lastEventTime":"%5$s","computerDnsName":"%6$s","evidence":[%7$s]}
                        """.formatted(
                        alert.id(),
                        alert.severity(),
                        alert.category(),
                        alert.from(),
                        whole ? alert.to() : alert.from(),
                        "ws" + alert.machine()
                                + (alert.id().endsWith("0") || alert.id().endsWith("4") ? "" : ".corp.example"),
                        String.join(",", evidence)))
                .post("/v1/alerts")
                .then()
                .statusCode(whole ? 200 : 201);
    }

    private static void missing(String alert, String type, String column, String value) {
        if (value != null
                && (Long) TestDatabase.value(
                                "select count(*) from alert_evidence where alert_id = ? and " + column + " = ?",
                                alert,
                                value)
                        == 0) {
            evidence(alert, type, column, value);
        }
    }

    private static void processEvidence(Attack.Made alert) {
        evidence(alert.id(), "Process", "process_id", alert.process().pid());
        TestDatabase.update(
                "update alert_evidence set process_creation_ticks = ?, file_name = 'p.exe' where alert_id = ? and entity_type = 'Process'",
                alert.process().at().ticks(),
                alert.id());
    }

    private static void start(Attack.Started process) {
        Attack.Started parent = process.parent();
        String parentKey = parent == null
                ? key(7, process.at().ticks() - 36_000_000_000L)
                : key(parent.pid(), parent.at().ticks());
        TestDatabase.update(
                """
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                    action_type, process_key, process_id, process_creation_ticks, file_name, parent_process_key, initiating_process_id,
                    initiating_process_file_name)
                values (cast(? as uuid), ?, ?, ?, tocsin_time(?), 1, 'ws', 'DeviceProcessEvents', 'ProcessCreated', ?, ?, ?, 'p.exe', ?, ?, ?)
                """,
                Tokens.TENANT,
                machine(process.machine()),
                process.at().ticks(),
                process.pid(),
                process.at().ticks(),
                key(process.pid(), process.at().ticks()),
                process.pid(),
                process.at().ticks(),
                parentKey,
                parent == null ? 7L : parent.pid(),
                parent == null ? "explorer.exe" : "p.exe");
    }

    /// A connection a quarter of an hour, each from the address.
    private static void use(Attack.Address address) {
        var lines = new StringBuilder();
        for (int quarter = address.fromQuarter(); quarter <= address.toQuarter(); quarter++) {
            lines.append(connection(
                                    "198.51.100." + address.machine(),
                                    NOON.plusSeconds(quarter * 900L).toString(),
                                    Integer.parseInt(address.address().substring("10.20.4.".length())))
                            .replace(MACHINE, machine(address.machine()))
                            .replace("WS6.", "ws" + address.machine() + ".")
                            .replace("10.20.4.14", address.address()))
                    .append('\n');
        }
        events(lines.toString()).statusCode(200);
    }

    private static Set<String> incidents() {
        var incidents = new TreeSet<String>();
        TestDatabase.column("""
                select string_agg(substr(a.source_ref, 5), ',' order by a.source_ref) || ': ' || i.incident_name || ', ' || i.severity
                from alert a join incident i using (tenant_id, incident_id)
                where a.title <> 'Common' group by i.incident_id, i.incident_name, i.severity
                """).forEach(row -> incidents.add(row.toString()));
        return incidents;
    }

    private static Set<String> reasons() {
        var reasons = new TreeSet<String>();
        var names = new TreeMap<String, String>();
        TestDatabase.column("select id || '=' || substr(source_ref, 5) from alert")
                .forEach(row ->
                        names.put(row.toString().split("=")[0], row.toString().split("=")[1]));
        for (Object id : TestDatabase.column(
                "select incident_id from incident where status = 'Active' and incident_id in (select incident_id from alert where title <> 'Common') order by 1")) {
            List<Map<String, Object>> alerts = get("/v1/incidents/" + id + "/story")
                    .statusCode(200)
                    .extract()
                    .path("alerts");
            for (var alert : alerts) {
                @SuppressWarnings("unchecked") // what the answer's schema says
                var why = (List<Map<String, Object>>) alert.get("why");
                why.forEach(reason -> reasons.add(names.get(alert.get("alertId").toString()) + " " + reason.get("rule")
                        + " "
                        + (reason.get("linkedAlertId") == null
                                ? null
                                : names.get(reason.get("linkedAlertId").toString()))));
            }
        }
        return reasons;
    }
}

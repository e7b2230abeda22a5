package io.tocsin.alert.entity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The statistics, kept while events arrive in any order, against a count over all events (docs/adr/026).
@QuarkusTest
class SightingsTest extends ApiTest {

    private static final long HOUR = 3_600 * WireTime.TICKS_PER_SECOND;
    private static final long NEWS = 5 * 60 * WireTime.TICKS_PER_SECOND;
    private static final int EVENTS = Integer.getInteger("tocsin.sightings.events", 4_000);

    /// What an event says, as the test made it up.
    private record Made(
            String machine,
            long ticks,
            String sha1,
            String name,
            String host,
            String address,
            String user,
            boolean opened) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void shouldKnowWhatACountOverAllEventsWouldWhateverTheOrderOfArrival(long seed) throws SQLException {
        // Given
        var random = new Random(seed);
        List<Made> made = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            made.add(madeUp(random));
        }
        Collections.shuffle(made, random);

        // When
        for (int from = 0; from < made.size(); ) {
            int to = Math.min(made.size(), from + 1 + random.nextInt(700));
            arrive(made.subList(from, to), from);
            from = to;
        }
        followed();

        // Then
        for (String kind : List.of("File", "Domain", "Ip", "User")) {
            var values = new TreeSet<String>();
            made.stream().map(it -> value(it, kind)).filter(Objects::nonNull).forEach(values::add);
            for (String value : values) {
                compareRows(made, kind, value);
            }
            assertThat((Long) TestDatabase.value(
                            "select count(distinct value) from entity_sighting where kind = ?", kind))
                    .isEqualTo(values.size());
        }
        for (int hours : new int[] {1, 2, 24, 100, 719, 720}) {
            compareStatistics(made, "File", "a".repeat(39) + 1, "/api/files/" + "a".repeat(39) + 1, hours);
            compareStatistics(made, "Domain", "h1.example", "/api/domains/h1.example", hours);
            compareStatistics(made, "Ip", "203.0.113.1", "/api/ips/203.0.113.1", hours);
        }
    }

    private static Made madeUp(Random random) {
        // Half of them within two hours, so that many fall into one; the others over more than what is kept.
        long ago = random.nextBoolean() ? random.nextLong(2 * HOUR) : random.nextLong(40 * 24 * HOUR);
        int file = random.nextInt(6);
        return new Made(
                Character.toString('a' + random.nextInt(5)).repeat(40),
                WireTime.now().ticks() - ago,
                file == 5 ? null : "a".repeat(39) + file,
                "n" + random.nextInt(4) + ".exe",
                random.nextInt(3) == 0 ? "h" + random.nextInt(3) + ".example" : null,
                random.nextInt(3) == 0 ? "203.0.113." + random.nextInt(3) : null,
                random.nextInt(2) == 0 ? "u" + random.nextInt(3) : null,
                random.nextInt(5) > 0);
    }

    private static String value(Made it, String kind) {
        return switch (kind) {
            case "File" -> it.sha1();
            case "Domain" -> it.host();
            case "Ip" -> it.opened() ? it.address() : null;
            default -> it.user() == null ? null : "corp\\" + it.user();
        };
    }

    private static Stream<Made> of(List<Made> made, String kind, String value) {
        return made.stream().filter(it -> value.equals(value(it, kind)));
    }

    private static void compareRows(List<Made> made, String kind, String value) {
        for (String machine :
                of(made, kind, value).map(Made::machine).distinct().toList()) {
            List<Made> seen = of(made, kind, value)
                    .filter(it -> it.machine().equals(machine))
                    .toList();
            long first = seen.stream().mapToLong(Made::ticks).min().orElseThrow();
            long last = seen.stream().mapToLong(Made::ticks).max().orElseThrow();
            String hours = hours(seen.stream().map(it -> it.ticks() / HOUR).toList());
            String labels = kind.equals("File")
                    ? seen.stream().map(Made::name).distinct().sorted().toList().toString()
                    : kind.equals("Ip") ? "[opened]" : "[]";
            String row = (String) TestDatabase.value(
                    "select first_seen_ticks || ' ' || last_seen_ticks / 36000000000 || ' ' || rtrim(hours::text, '0') || ' ['"
                            + " || array_to_string(labels, ', ') || ']' from entity_sighting where tenant_id = ? and kind = ?"
                            + " and value = ? and machine_id = ?",
                    UUID.fromString(Tokens.TENANT),
                    kind,
                    value,
                    machine);
            assertThat(row)
                    .as("%s %s on %s", kind, value, machine)
                    .isEqualTo(first + " " + last / HOUR + " " + hours + " " + labels);
            long kept = (Long) TestDatabase.value(
                    "select last_seen_ticks from entity_sighting where kind = ? and value = ? and machine_id = ?",
                    kind,
                    value,
                    machine);
            assertThat(kept).isGreaterThan(last - NEWS).isLessThanOrEqualTo(last);
        }
    }

    private static String hours(List<Long> hours) {
        long newest = Collections.max(hours);
        var bits = new StringBuilder("0".repeat(768));
        hours.stream().filter(hour -> newest - hour < 768).forEach(hour -> bits.setCharAt((int) (newest - hour), '1'));
        return bits.toString().replaceAll("0*$", "");
    }

    private static void compareStatistics(List<Made> made, String kind, String value, String path, int hours) {
        long since = (WireTime.now().ticks() - hours * HOUR) / HOUR * HOUR;
        JsonPath told = with("File.Read.All", "URL.Read.All", "Ip.Read.All")
                .get(path + "/stats?lookBackHours=" + hours)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
        List<Made> seen =
                of(made, kind, value).filter(it -> it.ticks() >= since).toList();
        long machines = seen.stream().map(Made::machine).distinct().count();
        assertThat(told.getLong("organizationPrevalence"))
                .as("%s of %d hours", path, hours)
                .isEqualTo(machines);
        assertThat(told.getString("orgPrevalence")).isEqualTo(Long.toString(machines));
        if (machines == 0) {
            assertThat(told.getString("orgFirstSeen")).isNull();
            assertThat(told.getString("orgLastSeen")).isNull();
            return;
        }
        long first = seen.stream().mapToLong(Made::ticks).min().orElseThrow();
        long last = seen.stream().mapToLong(Made::ticks).max().orElseThrow();
        assertThat(WireTime.parse(told.getString("orgFirstSeen")).ticks())
                .isGreaterThan(first - HOUR)
                .isGreaterThanOrEqualTo(since)
                .isLessThanOrEqualTo(first);
        assertThat(WireTime.parse(told.getString("orgLastSeen")).ticks())
                .isGreaterThan(last - NEWS)
                .isLessThanOrEqualTo(last);
    }

    @Test
    void shouldWriteNothingWhenNothingIsNew() {
        // Given
        arriveAgain(0);
        followed();
        Object before =
                TestDatabase.value("select string_agg(xmin::text, ' ' order by kind, value) from entity_sighting");

        // When
        for (int i = 1; i < 20; i++) {
            arriveAgain(i);
        }
        followed();

        // Then
        assertThat(TestDatabase.value("select string_agg(xmin::text, ' ' order by kind, value) from entity_sighting"))
                .isEqualTo(before);
        assertThat((Long) TestDatabase.value("select count(*) from entity_sighting"))
                .isEqualTo(4L);
    }

    /// A second later each, within one hour and one piece of news.
    private static void arriveAgain(int number) {
        long beginning = (WireTime.now().ticks() / HOUR - 2) * HOUR;
        try {
            arrive(
                    List.of(new Made(
                            MACHINE,
                            beginning + number * WireTime.TICKS_PER_SECOND,
                            "b".repeat(40),
                            "x.exe",
                            "h.example",
                            "203.0.113.9",
                            "u",
                            true)),
                    number);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    @Test
    void shouldForgetWhatNoMachineHasSeenForLong() {
        // Given
        TestDatabase.update(
                "insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)"
                        + " select cast(? as uuid), 'Ip', '203.0.113.' || n, 'm', 0, case n when 1 then 0 else cast(? as bigint) end,"
                        + " cast('1' as bit(768)) from generate_series(1, 2) n",
                Tokens.TENANT,
                WireTime.now().ticks());
        TestDatabase.update(
                "insert into file_fact (tenant_id, hash, last_seen_day) values (cast(? as uuid), 'x', 1)",
                Tokens.TENANT);

        // When
        TestDatabase.update(
                "update scheduled_tasks_alert set execution_time = now() where task_name = 'entity-pruning'");

        // Then
        await().untilAsserted(() -> {
            assertThat(TestDatabase.column("select value from entity_sighting")).containsExactly("203.0.113.2");
            assertThat(TestDatabase.count("file_fact")).isZero();
        });
    }

    /// As ingest writes them: one transaction.
    private static void arrive(List<Made> events, int firstReport) throws SQLException {
        try (Connection owner = TestDatabase.open()) {
            owner.setAutoCommit(false);
            try (var days = owner.prepareStatement(
                    "select make_device_event_day(d) from (select distinct (tocsin_time(t) at time zone 'UTC')::date as d"
                            + " from unnest(?) as t) as days")) {
                days.setArray(
                        1,
                        owner.createArrayOf(
                                "bigint", events.stream().map(Made::ticks).toArray()));
                days.execute();
            }
            try (PreparedStatement row = owner.prepareStatement("""
                    insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name,
                        table_name, action_type, sha1, file_name, remote_url, remote_ip, account_domain, account_name)
                    values (cast(? as uuid), ?, ?, ?, tocsin_time(?), 1, 'd', 'DeviceNetworkEvents', ?, ?, ?, ?, ?, 'CORP', ?)
                    """)) {
                int report = firstReport;
                for (Made it : events) {
                    Object[] values = {
                        Tokens.TENANT,
                        it.machine(),
                        it.ticks(),
                        report++,
                        it.ticks(),
                        it.opened() ? "ConnectionSuccess" : "InboundConnectionAccepted",
                        it.sha1(),
                        it.name(),
                        it.host() == null
                                ? null
                                : "https://" + it.host().toUpperCase(java.util.Locale.ROOT) + ":8443/x",
                        it.address(),
                        it.user()
                    };
                    for (int i = 0; i < values.length; i++) {
                        row.setObject(i + 1, values[i]);
                    }
                    row.addBatch();
                }
                row.executeBatch();
            }
            owner.commit();
        }
    }

    private static void followed() {
        await().until(() -> (Boolean) TestDatabase.value("""
                select coalesce((select (change_xid, event_id) from event_position where consumer = 'entity-sightings')
                    >= (select (change_xid, event_id) from device_event order by change_xid desc, event_id desc limit 1), false)
                """));
    }
}

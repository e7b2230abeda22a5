package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.Followed;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/// How long an alert waits for its incident while others come at a rate, and how many a second are
/// correlated when they are there at once. Rows are written as ingest would write them, by plain JDBC, so
/// that only correlation is measured. No part of the build: `make bench-correlation`.
@QuarkusTest
class CorrelationCost extends StoryApiTest {

    private static final int RATE = Integer.getInteger("tocsin.bench.rate", 1_000);
    private static final int SECONDS = Integer.getInteger("tocsin.bench.seconds", 20);
    private static final int BACKLOG = Integer.getInteger("tocsin.bench.backlog", 20_000);
    private static final int MACHINES = 5_000;
    private static final int BATCHES_A_SECOND = 20;
    private static final int SAMPLED_STATEMENTS = 24;

    /// Every tenth alert is of one noisy machine, every fifth names a process telemetry knows, every third
    /// shares an address with some others.
    private static final String FEED = """
            with numbers as (select n, md5((n %% ?)::text) || substr(md5('x' || (n %% ?)), 1, 8) as machine
                from generate_series(cast(? as bigint), cast(? as bigint)) as n),
            alerts as (
                insert into alert (id, tenant_id, source, source_ref, severity, status, detection_source, category, title, description,
                    alert_creation_ticks, first_event_ticks, last_event_ticks, last_update_ticks, machine_id, computer_dns_name)
                select 'da' || n, cast(? as uuid), 'bench', n::text, 'Medium', 'New', 'ThirdPartySensors', 'Malware', 'Alert ' || n %% 40, 'seen',
                    ?, ? + n, ? + n, ?, case when n %% 10 = 0 then repeat('a', 40) else machine end, 'ws' || n %% ? || '.corp.example'
                from numbers)
            insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, ip_address, process_id,
                process_creation_ticks, file_name, account_name, domain_name)
            select cast(? as uuid), 'da' || n, p, case p when 0 then 'Ip' when 1 then 'Process' else 'User' end, ?,
                case when p = 0 then case when n %% 3 = 0 then '203.0.' || n / 3 %% 200 || '.' || n / 600 %% 200
                    else '198.' || n %% 200 || '.' || n / 200 %% 250 || '.' || n / 50000 %% 250 end end,
                case when p = 1 then case when n %% 5 = 0 then 4000 + n %% 100 else 100000 + n end end, case when p = 1 then ? end,
                case when p = 1 then 'upd.exe' end, case when p = 2 then 'user' || n %% 20000 end, case when p = 2 then 'corp' end
            from numbers cross join generate_series(0, 2) as p
            """.replace("%%", "%");

    private static final String TELEMETRY = """
            insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                action_type, process_key, process_id, process_creation_ticks, file_name, parent_process_key, initiating_process_id,
                initiating_process_file_name, remote_ip)
            select cast(? as uuid), md5(m::text) || substr(md5('x' || m), 1, 8), ? + p, m * 1000 + p, tocsin_time(? + p), 1, 'ws',
                'DeviceProcessEvents', 'ProcessCreated', (4000 + p) || ':' || ? / 10000000, 4000 + p, ?, 'p' || p || '.exe',
                case when p > 0 then (3999 + p) || ':' || ? / 10000000 end, 3999 + p, case when p > 0 then 'p' || p - 1 || '.exe' else 'explorer.exe' end, null
            from generate_series(0, 999) as m cross join generate_series(0, 99) as p
            """;

    @Test
    void measure() throws Exception {
        // Given
        TestDatabase.update(
                TELEMETRY, Tokens.TENANT, NOON.ticks(), NOON.ticks(), NOON.ticks(), NOON.ticks(), NOON.ticks());
        TestDatabase.update("analyze device_event");
        Followed.all();
        await().atMost(Duration.ofMinutes(5)).until(() -> (Boolean) TestDatabase.value("""
                        select not exists (select from device_event e, event_position p where p.consumer = 'correlation'
                            and (e.change_xid, e.event_id) > (p.change_xid, p.event_id))
                        """));
        warmUp();

        // When
        Map<String, Long> sent = new ConcurrentHashMap<>();
        Map<String, Long> noisy = new ConcurrentHashMap<>();
        Map<String, Long> quiet = new ConcurrentHashMap<>();
        Map<String, Integer> statements = new ConcurrentHashMap<>();
        var watching = new AtomicBoolean(true);
        var observer = Thread.ofPlatform().start(() -> {
            while (watching.get() || !sent.isEmpty()) {
                observe(sent, noisy, quiet);
                LockSupport.parkNanos(20_000_000);
            }
        });
        Thread sampler = sampling(watching, statements);
        long begin = System.nanoTime();
        int each = RATE / BATCHES_A_SECOND;
        for (int batch = 0; batch < SECONDS * BATCHES_A_SECOND; batch++) {
            while (System.nanoTime() < begin + batch * 1_000_000_000L / BATCHES_A_SECOND) {
                LockSupport.parkNanos(1_000_000);
            }
            long from = (long) batch * each;
            feed(Tokens.TENANT, from, from + each - 1);
            sent.put("da" + from, System.nanoTime());
            if (batch % 10 == 0) {
                feed(Tokens.OTHER_TENANT, 10_000_000 + batch, 10_000_000 + batch);
                sent.put("da" + (10_000_000 + batch), System.nanoTime());
            }
        }
        double fed = (System.nanoTime() - begin) / 1e9;
        awaitCorrelated(1);
        watching.set(false);
        observer.join();
        sampler.join();
        System.out.printf(
                "correlation at %.0f alerts/s: median %d ms, p99 %d ms, longest %d ms (%d sampled)%n",
                SECONDS * (double) BATCHES_A_SECOND * each / fed,
                percentile(noisy, 0.5),
                percentile(noisy, 0.99),
                percentile(noisy, 1),
                noisy.size());
        System.out.printf(
                "correlation of a quiet tenant beside it: median %d ms, longest %d ms (%d sampled)%n",
                percentile(quiet, 0.5), percentile(quiet, 1), quiet.size());
        print(statements);
        drain();
        System.out.printf(
                "correlation has %d incidents of %d alerts%n",
                TestDatabase.count("incident where status <> 'Redirected'"), TestDatabase.count("alert"));

        // Then
        assertThat(TestDatabase.count("alert where incident_id is null")).isZero();
    }

    /// As many alerts as are measured afterwards, so that what is measured is compiled code.
    private static void warmUp() throws InterruptedException {
        for (int i = 0; i < RATE * SECONDS; i += 1_000) {
            feed(Tokens.TENANT, 1_000_000 + i, 1_000_999 + i);
            awaitCorrelated(1);
        }
    }

    private static void drain() throws Exception {
        long from = 2_000_000;
        TestDatabase.whileLocked("alert_link_spot", () -> {
            for (int i = 0; i < BACKLOG; i += 1_000) {
                feed(Tokens.TENANT, from + i, from + i + 999);
            }
            return null;
        });
        Map<String, Integer> statements = new ConcurrentHashMap<>();
        var watching = new AtomicBoolean(true);
        Thread sampler = sampling(watching, statements);
        long begin = System.nanoTime();
        awaitCorrelated(5);
        double seconds = (System.nanoTime() - begin) / 1e9;
        watching.set(false);
        sampler.join();
        System.out.printf(
                "correlation of %d alerts at once: %.1f s, %.0f alerts/s%n", BACKLOG, seconds, BACKLOG / seconds);
        print(statements);
    }

    private static Thread sampling(AtomicBoolean watching, Map<String, Integer> statements) {
        return Thread.ofPlatform().start(() -> {
            while (watching.get()) {
                sample(statements);
                LockSupport.parkNanos(25_000_000);
            }
        });
    }

    private static void print(Map<String, Integer> statements) {
        statements.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .limit(SAMPLED_STATEMENTS)
                .forEach(
                        it -> System.out.printf("correlation was in %4d samples of: %s%n", it.getValue(), it.getKey()));
    }

    private static void observe(Map<String, Long> sent, Map<String, Long> noisy, Map<String, Long> quiet) {
        long now = System.nanoTime();
        for (Object id : TestDatabase.column(
                "select id from alert where tenant_id = any(cast(string_to_array(?, ',') as uuid[])) and id = any(string_to_array(?, ',')) and incident_id is not null",
                Tokens.TENANT + "," + Tokens.OTHER_TENANT,
                String.join(",", sent.keySet()))) {
            long millis = (now - sent.remove(id.toString())) / 1_000_000;
            (id.toString().compareTo("da1000") > 0 && id.toString().length() == 10 ? quiet : noisy)
                    .put(id.toString(), millis);
        }
    }

    /// What the service's connections are at, which the owner of the schema may not see.
    private static void sample(Map<String, Integer> statements) {
        try (Connection server =
                        DriverManager.getConnection(System.getProperty("tocsin.test.jdbc-url"), "postgres", null);
                var rows = server.createStatement().executeQuery("""
                        select state || ' ' || coalesce(wait_event_type, '') || ' ' || left(regexp_replace(query, '\\s+', ' ', 'g'), 70)
                            || case when length(query) > 70 then ' … ' || right(regexp_replace(query, '\\s+', ' ', 'g'), 50) else '' end
                        from pg_stat_activity where usename = 'alert_service' and state <> 'idle'
                        """)) {
            while (rows.next()) {
                statements.merge(rows.getString(1), 1, Integer::sum);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long percentile(Map<String, Long> millis, double share) {
        List<Long> sorted = new ArrayList<>(millis.values());
        Collections.sort(sorted);
        return sorted.isEmpty() ? -1 : sorted.get((int) Math.min(sorted.size() - 1, Math.floor(sorted.size() * share)));
    }

    private static void awaitCorrelated(int millis) throws InterruptedException {
        while ((Boolean) TestDatabase.value("select exists (select from alert where not correlated)")) {
            Thread.sleep(millis);
        }
    }

    private static void feed(String tenant, long from, long to) {
        long now = WireTime.now().ticks();
        try (Connection connection = TestDatabase.open();
                var statement = connection.prepareStatement(FEED)) {
            int i = 1;
            for (Object value : new Object[] {
                MACHINES,
                MACHINES,
                from,
                to,
                tenant,
                now,
                NOON.ticks(),
                NOON.ticks(),
                now,
                MACHINES,
                tenant,
                now,
                NOON.ticks()
            }) {
                statement.setObject(i++, value);
            }
            statement.executeUpdate();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}

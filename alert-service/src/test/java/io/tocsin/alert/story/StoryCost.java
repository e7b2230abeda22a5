package io.tocsin.alert.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.tocsin.alert.StoryApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// How long a story takes, whose tree has a thousand processes on a machine with a million events, over
/// HTTP and with all it says of entities and verdicts. No part of the build: `make bench-story`.
@QuarkusTest
class StoryCost extends StoryApiTest {

    private static final int EVENTS = Integer.getInteger("tocsin.bench.events", 1_000_000);
    private static final int PROCESSES = Integer.getInteger("tocsin.bench.processes", 1_000);
    private static final int STORIES = Integer.getInteger("tocsin.bench.stories", 100);
    private static final int WARM = 30;
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /// A tree in which each process starts ten, so that it is three deep.
    private static final String TREE = """
            insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                action_type, process_key, process_id, process_creation_ticks, file_name, folder_path, command_line, account_name, sha1,
                parent_process_key, initiating_process_id, initiating_process_creation_ticks, initiating_process_file_name)
            select cast(? as uuid), ?, t, n, tocsin_time(t), 1, 'ws', 'DeviceProcessEvents', 'ProcessCreated', n || ':' || t / 10000000, n, t,
                'tool' || n || '.exe', 'C:\\Tools', 'tool' || n || '.exe -run ' || repeat('x', 120), 'ann', md5(n::text) || '00000000',
                case when n = 1 then '4:1' else p || ':' || (cast(? as bigint) + p * cast(10000000 as bigint)) / 10000000 end, p, cast(? as bigint) + p * cast(10000000 as bigint),
                case when n = 1 then 'explorer.exe' else 'tool' || p || '.exe' end
            from (select n, (n + 8) / 10 as p, cast(? as bigint) + n * cast(10000000 as bigint) as t from generate_series(1, ?) as n) as tree
            """;

    private static final String ACTS = """
            insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name, table_name,
                action_type, process_key, process_id, initiating_process_id, initiating_process_file_name, file_name, folder_path, remote_ip, remote_port)
            select cast(? as uuid), ?, t, 10000000 + n, tocsin_time(t), 1, 'ws',
                case n %% 3 when 0 then 'DeviceNetworkEvents' when 1 then 'DeviceFileEvents' else 'DeviceImageLoadEvents' end,
                case n %% 3 when 0 then 'ConnectionSuccess' when 1 then 'FileCreated' else 'ImageLoaded' end,
                case when n %% 50 = 0 then (1 + n / 50 %% ?) || ':' || (cast(? as bigint) + (1 + n / 50 %% ?) * cast(10000000 as bigint)) / 10000000
                    else (100000 + n %% 20000) || ':' || t / 10000000 end,
                null, 1, 'tool.exe', 'f' || n, 'C:\\Data', case when n %% 3 = 0 then '198.51.' || n %% 200 || '.' || n / 200 %% 200 end, 443
            from (select n, cast(? as bigint) + n * (36000000000 / ?) as t from generate_series(1, ?) as n) as acts
            """.replace("%%", "%");

    @Test
    void measure() throws Exception {
        // Given
        String tenant = Tokens.TENANT;
        long noon = NOON.ticks();
        TestDatabase.update(TREE, tenant, WS5, noon, noon, noon, PROCESSES);
        TestDatabase.update(ACTS, tenant, WS5, PROCESSES, noon, PROCESSES, noon, (long) EVENTS, EVENTS);
        TestDatabase.update("analyze device_event");
        awaitQuiet();
        TestDatabase.update("analyze process");
        alert("da1", WS5, "Tool", "High", "Execution", NOON.plusSeconds(PROCESSES / 2));
        evidence("da1", "Process", "process_id", PROCESSES / 2L);
        TestDatabase.update(
                "update alert_evidence set process_creation_ticks = ?",
                noon + PROCESSES / 2 * WireTime.TICKS_PER_SECOND);
        evidence("da1", "Ip", "ip_address", "198.51.6.6");
        correlate();
        awaitQuiet();
        for (int i = 0; i < WARM; i++) {
            told();
        }

        // When
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < STORIES; i++) {
            long begin = System.nanoTime();
            told();
            millis.add((System.nanoTime() - begin) / 1e6);
        }

        // Then
        Collections.sort(millis);
        String story = told();
        int told = story.split("\"processKey\":\"[^\"]*\",\"processId\"").length - 1;
        System.out.printf(
                "story of %d processes on a machine with %d events: median %.0f ms, p99 %.0f ms, %d KB%n",
                told,
                TestDatabase.count("device_event"),
                millis.get(millis.size() / 2),
                millis.get((int) (millis.size() * 0.99)),
                story.length() / 1024);
        assertThat(told).isGreaterThanOrEqualTo(Math.min(PROCESSES, 900));
    }

    /// Those who follow the events have read them, or wait for somebody else: the story is measured, not what they do
    /// beside it.
    private static void awaitQuiet() {
        var before = new AtomicReference<>(List.<Object>of());
        Awaitility.await()
                .pollInterval(Duration.ofSeconds(5))
                .atMost(Duration.ofMinutes(5))
                .until(() -> {
                    List<Object> now = TestDatabase.column(
                            "select consumer || ' ' || change_xid || ' ' || event_id from event_position order by consumer");
                    return now.equals(before.getAndSet(now));
                });
    }

    /// Without RestAssured, whose checks of the answer would be measured, too.
    private static String told() throws IOException, InterruptedException {
        var answer = CLIENT.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + RestAssured.port + "/v1/incidents/1/story"))
                        .header("Authorization", "Bearer " + Tokens.application("Incident.Read.All"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }
}

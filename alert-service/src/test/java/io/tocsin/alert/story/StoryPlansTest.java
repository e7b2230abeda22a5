package io.tocsin.alert.story;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.QueryPlan;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import io.tocsin.wire.WireTime;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// What a story reads is bounded, however much its processes did and on however many days.
class StoryPlansTest {

    private static final UUID TENANT = UUID.fromString(Tokens.TENANT);
    private static final int PROCESSES = 500;
    private static final WireTime FIRST = WireTime.parse("2026-02-02T00:00:00Z");
    private static final WireTime END = WireTime.parse("2026-02-05T00:00:00Z");

    /// Every second one of one process, spread over three days.
    private static final String ACTS = """
            select make_device_event_day('2026-02-02'), make_device_event_day('2026-02-03'), make_device_event_day('2026-02-04');
            insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks, device_name,
                table_name, action_type, process_key, file_name)
            select '%1$s', 'm', %2$d + n * cast(40000000 as bigint), n, tocsin_time(%2$d + n * cast(40000000 as bigint)), 1, 'ws', 'DeviceFileEvents', 'FileCreated',
                case when n %% 2 = 0 then 1 else n %% %3$d end || ':1', 'f'
            from generate_series(1, 60000) as n;
            analyze device_event;
            """.formatted(Tokens.TENANT, FIRST.ticks(), PROCESSES);

    @Test
    void shouldReadActsInTheOrderOfTheirDaysWithoutSortingAllAProcessDid() throws SQLException {
        try (TestPostgres postgres = TestPostgres.start();
                Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(ACTS);
            var end = END.toInstant().atOffset(ZoneOffset.UTC);

            String plan = QueryPlan.of(
                            owner,
                            ProcessTelemetry.ACTIVITIES,
                            owner.createArrayOf(
                                    "text", Collections.nCopies(PROCESSES, "m").toArray()),
                            owner.createArrayOf(
                                    "text",
                                    IntStream.range(0, PROCESSES)
                                            .mapToObj(n -> n + ":1")
                                            .toArray()),
                            owner.createArrayOf(
                                    "text",
                                    Stream.generate(FIRST::ticks)
                                            .limit(PROCESSES)
                                            .map(String::valueOf)
                                            .toArray()),
                            owner.createArrayOf(
                                    "text", Collections.nCopies(PROCESSES, "50").toArray()),
                            TENANT,
                            end,
                            TENANT,
                            end,
                            TENANT,
                            end)
                    .json();

            assertThat(plan.split("\"Node Type\": \"(Incremental )?Sort\"", -1))
                    .as("two sorts of what was read, none of what might be")
                    .hasSize(3);
            assertThat(plan).doesNotContain("Merge Append").doesNotContain("Seq Scan");
        }
    }
}

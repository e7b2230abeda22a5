package io.tocsin.alert.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PruneTelemetryTest extends ApiTest {

    @Test
    void shouldDropDaysThatAreOldAndCameLongAgoAndNoOthers() {
        // Given two days long past, one of which is told of only now
        events(connection("203.0.113.5", "2026-01-03T09:15:27Z", 1) + "\n"
                        + connection("203.0.113.5", "2026-01-04T09:15:27Z", 2))
                .statusCode(200);
        TestDatabase.update("update device_event set received_ticks = 0 where report_id = 1");
        await().until(() -> TestDatabase.count("process") >= 1);
        TestDatabase.update("update process set received_ticks = 0");

        // When
        TestDatabase.update(
                "update scheduled_tasks_alert set execution_time = now() where task_name = 'telemetry-retention' and not picked");

        // Then
        await().untilAsserted(() -> assertThat(days()).containsExactly("device_event_20260104"));
        await().untilAsserted(() -> assertThat(TestDatabase.count("process")).isZero());
        assertThat(TestDatabase.column("select report_id from device_event")).isEqualTo(List.of(2L));

        // And the day can come again
        events(connection("203.0.113.5", "2026-01-03T09:15:27Z", 3)).statusCode(200);
        assertThat(TestDatabase.count("device_event")).isEqualTo(2);
    }

    private static List<Object> days() {
        return TestDatabase.column(
                "select relname::text from pg_class where relname like 'device_event_202601%' and relkind = 'r' order by 1");
    }
}

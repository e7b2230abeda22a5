package io.tocsin.alert.correlation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.tocsin.alert.ApiTest;
import io.tocsin.testkit.TestDatabase;
import io.tocsin.testkit.Tokens;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PruneLinksTest extends ApiTest {

    private static final String OLD = "(current_date - 400 - date '1970-01-01')";
    private static final String YOUNG = "(current_date - 3 - date '1970-01-01')";
    private static final String DAY = " * 864000000000::bigint";

    @Test
    void shouldForgetWhatIsTooOldToLinkAndNothingElse() {
        // Given
        insert(
                "incident (tenant_id, incident_id, incident_name, created_ticks, last_update_ticks, status, severity)",
                "1, 'open', 0, 0, 'Active', 'Low'",
                "2, 'closed', 0, 0, 'Resolved', 'Low'");
        insert(
                "alert_link_spot (tenant_id, kind, value, incident_id, from_ticks, to_ticks)",
                "'k', 'old of open', 1, 0, " + OLD + DAY,
                "'k', 'old of closed', 2, 0, " + OLD + DAY,
                "'k', 'young of closed', 2, 0, " + YOUNG + DAY);
        insert(
                "alert_link_machine (tenant_id, kind, value, machine_id, first_day, last_day)",
                "'k', 'long known, seen of late', 'm', " + OLD + ", " + YOUNG,
                "'k', 'gone', 'm', " + OLD + ", " + OLD,
                "'k', 'gone, of before', 'm', " + OLD + ", null");
        insert(
                "alert_link_day (tenant_id, kind, value, day, common)",
                "'k', 'old', " + OLD + ", true",
                "'k', 'young', " + YOUNG + ", true");
        insert(
                "machine_address (tenant_id, address, day, machine_id, first_ticks, last_ticks)",
                "'10.0.0.1', " + OLD + ", 'm', 0, 0",
                "'10.0.0.2', " + YOUNG + ", 'm', 0, 0");

        // When
        TestDatabase.update(
                "update scheduled_tasks_alert set execution_time = now() where task_name = 'link-retention' and not picked");

        // Then
        await().untilAsserted(() -> assertThat(TestDatabase.column("select value from alert_link_spot order by 1"))
                .containsExactly("old of open", "young of closed"));
        assertThat(TestDatabase.column("select value from alert_link_machine"))
                .containsExactly("long known, seen of late");
        assertThat(TestDatabase.column("select value from alert_link_day")).containsExactly("young");
        assertThat(TestDatabase.column("select address from machine_address")).containsExactly("10.0.0.2");
    }

    private static void insert(String into, String... rows) {
        for (String row : rows) {
            TestDatabase.update("insert into " + into + " values ('" + Tokens.TENANT + "', " + row + ")");
        }
    }
}

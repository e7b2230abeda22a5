package io.tocsin.response.devicegroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.QueryPlan;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Whether a machine is to be assigned anew is asked several times a second, on each replica, however many there are.
class StaleMachinesPlanTest {

    private static final String ROWS = """
            insert into device_group_set (tenant_id, generation) values ('%1$s', 7);
            insert into machine (tenant_id, id, last_seen_ticks, group_generation, os_processor)
            select '%1$s', 'm' || n, n, 7, repeat('p', 200) from generate_series(1, 30000) n;
            analyze machine, device_group_set;
            """.formatted(Tokens.TENANT);

    @Test
    void shouldReadNoMachineWhenNoneIsStale() throws Exception {
        try (TestPostgres postgres = TestPostgres.start()) {
            try (Connection owner = postgres.asOwner();
                    var statement = owner.createStatement()) {
                statement.execute(ROWS);
            }
            try (Connection service = postgres.as("response-service")) {
                Object[] most = Stream.of(DeviceGroupRepository.STALE.split("\\?", -1))
                        .skip(1)
                        .map(part -> 500)
                        .toArray();

                QueryPlan plan = QueryPlan.of(service, DeviceGroupRepository.STALE, most);

                assertThat(plan.readWhole()).as(plan.json()).doesNotContain("machine");
                assertThat(plan.readsWholeTenant()).as(plan.json()).isFalse();
            }
        }
    }
}

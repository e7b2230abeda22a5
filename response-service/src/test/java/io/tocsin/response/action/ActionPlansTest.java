package io.tocsin.response.action;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.odata.ODataQuery;
import io.tocsin.testkit.QueryPlan;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every property of contract 00 §4.1 that picks a few machine actions of many finds them by an index.
class ActionPlansTest {

    private static final String ROWS = """
            insert into machine (tenant_id, id) select '%1$s', 'm' || n from generate_series(1, 3000) n;
            insert into machine_action (id, tenant_id, type, lane, requestor, status, machine_id, creation_ticks,
                last_update_ticks, deadline, requestor_comment)
            select gen_random_uuid(), '%1$s', case when n %% 50 = 0 then 'Isolate' else 'RunAntiVirusScan' end, 'l' || n,
                'app' || n %% 300, case when n %% 60 = 0 then 'Failed' else 'Succeeded' end, 'm' || n %% 3000 + 1, n, n, now(),
                repeat('c', 200)
            from generate_series(1, 30000) n;
            analyze machine, machine_action;
            """.formatted(Tokens.TENANT);

    private static TestPostgres postgres;

    @BeforeAll
    static void fill() throws SQLException {
        postgres = TestPostgres.start();
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(ROWS);
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "id eq 5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f",
                "status eq 'Failed'",
                "status in ('Pending', 'InProgress')",
                "machineId eq 'm7'",
                "machineId eq 'm7' and type eq 'Isolate'",
                "type eq 'Isolate'",
                "requestor eq 'app7'",
                "creationDateTimeUtc gt 1970-01-01T00:00:00.0029900Z"
            })
    void shouldFindThemByAnIndexWhenAFilterPicksAFew(String filter) throws SQLException {
        // When
        var query = ODataQuery.of(ActionService.MODEL, Map.of("$filter", List.of(filter)));

        // Then
        var plan = plan(query);
        assertThat(plan.readWhole()).as(plan.json()).isEmpty();
        assertThat(plan.readsWholeTenant()).as(plan.json()).isFalse();
    }

    /// As [ActionRepository] asks.
    private static QueryPlan plan(ODataQuery query) throws SQLException {
        try (Connection service = postgres.as("response-service")) {
            return QueryPlan.ofPage(
                    service, "machine_action", "tenant_id = ?", Arrays.asList(UUID.fromString(Tokens.TENANT)), query);
        }
    }
}

package io.tocsin.alert.incident;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.identity.DeviceScope;
import io.tocsin.odata.ODataQuery;
import io.tocsin.testkit.QueryPlan;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every property of contract 00 §4.1 finds its incidents by an index.
class IncidentPlansTest {

    private static final String ROWS = """
            insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity, assigned_to)
            select '%1$s', repeat('i', 200), n, n, case when n %% 50 = 0 then 'Active' else 'Resolved' end, 'Low',
                case when n %% 2 = 0 then 'user' || n %% 400 end
            from generate_series(1, 30000) n;
            insert into machine (tenant_id, id, rbac_group_id, group_generation)
            select '%1$s', 'm' || n, n %% 9, 1 from generate_series(0, 29999) n;
            insert into alert (id, tenant_id, incident_id, source, source_ref, severity, status, detection_source, category, title,
                description, alert_creation_ticks, last_update_ticks, machine_id)
            select 'da' || n, '%1$s', n, 's', n::text, 'Low', 'New', 'ThirdPartySensors', 'Malware', 't', repeat('d', 300), n, n, 'm' || n
            from generate_series(1, 29999) n;
            analyze incident, alert, machine;
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
                "lastUpdateTime gt 1970-01-01T00:00:00.0029900Z",
                "createdTime gt 1970-01-01T00:00:00.0029900Z",
                "status eq 'Active'",
                "lastUpdateTime gt 1970-01-01T00:00:00.0029000Z and status eq 'Active'",
                "assignedTo eq 'user2'",
                "assignedTo eq null"
            })
    void shouldFindThemByAnIndexWhenTheyAreFiltered(String filter) throws SQLException {
        // When
        var query = ODataQuery.of(IncidentService.MODEL, Map.of("$filter", List.of(filter)));

        // Then
        var plan = plan(query);
        assertThat(plan.readWhole()).as(plan.json()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"createdTime gt 1970-01-01T00:00:00.0000100Z", "status eq 'Active'"})
    void shouldLookUpTheNewestOneByOneWhenSomeGroupsAreClosed(String filter) throws SQLException {
        // When
        var query = ODataQuery.of(IncidentService.MODEL, Map.of("$filter", List.of(filter), "$top", List.of("1")));

        // Then: off the index in its order, or all of the tenant's would have to be sorted first
        var plan = plan(query, DeviceScope.of(List.of(1, 2)));
        assertThat(plan.readWhole()).as(plan.json()).isEmpty();
        assertThat(plan.json()).contains("SubPlan").doesNotContain("\"Sort\"").doesNotContain("Join");
    }

    /// As [IncidentRepository] asks.
    private static QueryPlan plan(ODataQuery query) throws SQLException {
        return plan(query, DeviceScope.EVERYTHING);
    }

    private static QueryPlan plan(ODataQuery query, DeviceScope scope) throws SQLException {
        try (Connection service = postgres.as("alert-service")) {
            return QueryPlan.ofPage(
                    service,
                    "incident",
                    "tenant_id = ? and " + IncidentReach.condition(scope),
                    IncidentReach.parameters(UUID.fromString(Tokens.TENANT), scope),
                    query);
        }
    }
}

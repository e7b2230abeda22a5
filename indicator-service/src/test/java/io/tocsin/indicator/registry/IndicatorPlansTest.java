package io.tocsin.indicator.registry;

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

/// Every property of contract 00 §4.1 that picks a few indicators of many finds them by an index.
class IndicatorPlansTest {

    private static final String ROWS = """
            insert into indicator (tenant_id, indicator_value, indicator_type, match_value, action, created_by,
                created_by_display_name, severity, application, title, description, creation_ticks, expiration_ticks,
                last_update_ticks, rbac_group_names, rbac_group_ids, mitre_techniques, generate_alert)
            select '%s', 'Bad' || n || '.example', case when n %% 50 = 0 then 'Url' else 'DomainName' end,
                'bad' || n || '.example', case when n %% 60 = 0 then 'Warn' else 'Block' end, 'app' || n %% 200,
                'name' || n %% 200, case when n %% 70 = 0 then 'High' else 'Low' end,
                case when n %% 2 = 0 then 'feed' || n %% 200 end, 'case ' || n %% 300, repeat('d', 200), n,
                case when n %% 2 = 0 then 30000000000000000 + n end, n,
                case when n %% 100 = 0 then array['Finance'] else '{}' end, case when n %% 100 = 0 then array['12'] else '{}' end,
                case when n %% 100 = 0 then array['T1021'] else '{}' end, n %% 50 = 0
            from generate_series(1, 30000) n;
            analyze indicator;
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
                "application eq 'feed2'",
                "createdByDisplayName eq 'name7'",
                "expirationTime lt 2065-01-24T05:20:00.0000200Z",
                "title eq 'case 7'",
                "rbacGroupNames/any(g: g eq 'Finance')",
                "rbacGroupIds/any(g: g eq '12')",
                "rbacGroupIds/any(g: g eq 12)",
                "mitreTechniques/any(t: t eq 'T1021')",
                "indicatorValue eq 'bad7.example'",
                "indicatorType eq 'Url'",
                "creationTimeDateTimeUtc gt 1970-01-01T00:00:00.0029900Z",
                "createdBy eq 'app7'",
                "action eq 'Warn'",
                "severity eq 'High'",
                "id eq '7'"
            })
    void shouldFindThemByAnIndexWhenAFilterPicksAFew(String filter) throws SQLException {
        // When
        var query = ODataQuery.of(IndicatorService.MODEL, Map.of("$filter", List.of(filter)));

        // Then
        var plan = plan(query);
        assertThat(plan.readWhole()).as(plan.json()).isEmpty();
        assertThat(plan.readsWholeTenant()).as(plan.json()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"generateAlert eq true", "generateAlert", "not (generateAlert ne true)"})
    void shouldReadThoseThatRaiseAlertsOffTheirOwnIndex(String filter) throws SQLException {
        assertThat(plan(ODataQuery.of(IndicatorService.MODEL, Map.of("$filter", List.of(filter))))
                        .json())
                .contains("indicator_generate_alert_idx");
    }

    /// As [IndicatorRepository] asks.
    private static QueryPlan plan(ODataQuery query) throws SQLException {
        try (Connection service = postgres.as("indicator-service")) {
            return QueryPlan.ofPage(
                    service,
                    "indicator",
                    IndicatorRepository.ACTIVE,
                    Arrays.asList(UUID.fromString(Tokens.TENANT), 1L, null, null),
                    query);
        }
    }
}

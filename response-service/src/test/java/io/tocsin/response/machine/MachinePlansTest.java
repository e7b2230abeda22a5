package io.tocsin.response.machine;

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

/// Every property of contract 00 §4.1 that picks a few machines of many finds them by an index.
class MachinePlansTest {

    private static final String ROWS = """
            insert into machine (tenant_id, id, computer_dns_name, last_seen_ticks, os_platform, version, last_ip_address,
                health_status, device_value, rbac_group_id, risk_score, exposure_level, aad_device_id, machine_tags,
                onboarding_status, os_processor)
            select '%s', 'm' || n, 'PC' || n || '.corp.example', n, case when n %% 60 = 0 then 'macOS' else 'Windows11' end,
                case when n %% 50 = 0 then '21H2' else '23H2' end, '10.0.' || n / 200 || '.' || n %% 200,
                case when n %% 40 = 0 then 'Inactive' else 'Active' end, case when n %% 70 = 0 then 'High' else 'Normal' end,
                n %% 60, case when n %% 80 = 0 then 'High' else 'None' end, case when n %% 90 = 0 then 'High' else 'None' end,
                gen_random_uuid(), case when n %% 100 = 0 then array['tier0'] else '{}' end,
                case when n %% 45 = 0 then 'CanBeOnboarded' else 'Onboarded' end, repeat('p', 200)
            from generate_series(1, 30000) n;
            analyze machine;
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
                "computerDnsName eq 'pc7.corp.example'",
                "computerDnsName in ('pc7.corp.example', 'pc8.corp.example')",
                "startswith(computerDnsName,'pc77')",
                "id eq 'm7'",
                "version eq '21H2'",
                "deviceValue eq 'High'",
                "aadDeviceId eq 5a9f1d6e-1c2b-4d3e-8f90-1a2b3c4d5e6f",
                "machineTags/any(t: t eq 'tier0')",
                "lastSeen gt 1970-01-01T00:00:00.0029900Z",
                "exposureLevel eq 'High'",
                "onboardingStatus eq 'CanBeOnboarded'",
                "lastIpAddress eq '10.0.7.7'",
                "healthStatus eq 'Inactive'",
                "osPlatform eq 'macOS'",
                "riskScore eq 'High'",
                "riskScore in ('High', 'Medium')",
                "rbacGroupId eq 7",
                "healthStatus eq 'Inactive' and riskScore eq 'High'"
            })
    void shouldFindThemByAnIndexWhenAFilterPicksAFew(String filter) throws SQLException {
        // When
        var query = ODataQuery.of(MachineService.MODEL, Map.of("$filter", List.of(filter)));

        // Then
        var plan = plan(query);
        assertThat(plan.readWhole()).as(plan.json()).isEmpty();
        assertThat(plan.readsWholeTenant()).as(plan.json()).isFalse();
    }

    /// As [MachineRepository] asks.
    private static QueryPlan plan(ODataQuery query) throws SQLException {
        try (Connection service = postgres.as("response-service")) {
            return QueryPlan.ofPage(
                    service, "machine", "tenant_id = ?", Arrays.asList(UUID.fromString(Tokens.TENANT)), query);
        }
    }
}

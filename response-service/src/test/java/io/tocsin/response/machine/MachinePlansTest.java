package io.tocsin.response.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.odata.ODataQuery;
import io.tocsin.testkit.QueryPlan;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every property of contract 00 §4.1 that picks a few machines of many finds them by an index.
class MachinePlansTest {

    private static final String ROWS = """
            insert into machine (tenant_id, id, computer_dns_name, last_seen_ticks, os_platform, version, last_ip_address,
                health_status, device_value, rbac_group_id, risk_score, exposure_level, aad_device_id, machine_tags,
                onboarding_status, os_processor)
            select '%1$s', 'm' || n, 'PC' || n || '.corp.example', n, case when n %% 60 = 0 then 'macOS' else 'Windows11' end,
                case when n %% 50 = 0 then '21H2' else '23H2' end, '10.0.' || n / 200 || '.' || n %% 200,
                case when n %% 40 = 0 then 'Inactive' else 'Active' end, case when n %% 70 = 0 then 'High' else 'Normal' end,
                n %% 60, case when n %% 80 = 0 then 'High' else 'None' end, case when n %% 90 = 0 then 'High' else 'None' end,
                gen_random_uuid(), case when n %% 100 = 0 then array['tier0'] else '{}' end,
                case when n %% 45 = 0 then 'CanBeOnboarded' else 'Onboarded' end, repeat('p', 200)
            from generate_series(1, 30000) n;
            insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)
            select '%1$s', (array['File', 'Domain', 'User'])[n %% 3 + 1], 'v' || n / 6, 'm' || n %% 30000, 0, 0, cast('1' as bit(768))
            from generate_series(1, 40000) n;
            insert into file_fact (tenant_id, hash, sha1, sha256, last_seen_day)
            select '%1$s', 'v' || n, 'v' || n, 's' || n, 1 from generate_series(1, 30000) n;
            insert into user_fact (tenant_id, account_name, account_domain, last_seen_day)
            select '%1$s', 'v' || n, '', 1 from generate_series(1, 30000) n;
            analyze machine, entity_sighting, file_fact, user_fact;
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

    static Stream<MachineSelection> selections() {
        UUID tenant = UUID.fromString(Tokens.TENANT);
        return Stream.of(
                MachineSelection.ofFile(tenant, "v7"),
                MachineSelection.ofDomain(tenant, "v7"),
                MachineSelection.ofUser(tenant, "v7"));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void shouldFindThoseThatSawAnEntityByItsSightings(MachineSelection selection) throws SQLException {
        var parameters = new ArrayList<Object>(List.of(UUID.fromString(Tokens.TENANT)));
        parameters.addAll(selection.parameters());
        try (Connection service = postgres.as("response-service")) {
            QueryPlan plan = QueryPlan.of(
                    service,
                    "select id from machine where tenant_id = ? and " + selection.condition()
                            + " order by id limit 500",
                    parameters.toArray());
            assertThat(plan.readWhole()).as(plan.json()).isEmpty();
            assertThat(plan.readsWholeTenant()).as(plan.json()).isFalse();
        }
    }
}

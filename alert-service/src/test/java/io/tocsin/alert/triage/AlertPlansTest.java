package io.tocsin.alert.triage;

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every property of contract 00 §4.1 that picks a few alerts of many finds them by an index.
class AlertPlansTest {

    private static final String ROWS = """
            -- The plans are of these rows and this analyze alone, whenever the server would tidy up.
            alter table incident set (autovacuum_enabled = off);
            alter table alert set (autovacuum_enabled = off);
            alter table alert_evidence set (autovacuum_enabled = off);
            alter table machine set (autovacuum_enabled = off);
            insert into incident (tenant_id, incident_name, created_ticks, last_update_ticks, status, severity)
            select '%1$s', 'i', n, n, 'Active', 'Low' from generate_series(1, 4000) n;
            insert into alert (id, tenant_id, incident_id, investigation_id, source, source_ref, assigned_to, severity, status,
                detection_source, category, title, description, alert_creation_ticks, last_event_ticks, last_update_ticks,
                machine_id, mitre_techniques)
            select 'da' || n, '%1$s', n %% 4000 + 1, case when n %% 3 = 0 then n / 20 end, 's', n::text,
                case when n %% 2 = 0 then 'user' || n %% 400 end, case when n %% 50 = 0 then 'High' else 'Low' end,
                case when n %% 40 = 0 then 'New' else 'Resolved' end,
                case when n %% 60 = 0 then 'CustomerTI' else 'ThirdPartySensors' end,
                case when n %% 70 = 0 then 'Ransomware' else 'Malware' end,
                't', repeat('d', 300), n, n, n, 'm' || n %% 500,
                case when n %% 100 = 0 then array['T1021'] else '{}' end
            from generate_series(1, 40000) n;
            insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1, sha256,
                ip_address, file_name, url, account_name)
            select '%1$s', 'da' || n, 0, 'File', n, 'x' || n, 'y' || n, '10.0.' || n / 200 || '.' || n %% 200, 'f' || n,
                'u' || n, 'a' || n
            from generate_series(1, 40000) n;
            insert into machine (tenant_id, id, rbac_group_id, group_generation)
            select '%1$s', 'm' || n, n %% 9, 1 from generate_series(0, 99999) n;
            analyze incident, alert, alert_evidence, machine;
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
                "alertCreationTime ge 1970-01-01T00:00:00.0039900Z",
                "lastUpdateTime ge 1970-01-01T00:00:00.0039900Z",
                "lastEventTime ge 1970-01-01T00:00:00.0039900Z",
                "lastUpdateTime ge 1970-01-01T00:00:00.0039000Z and severity eq 'High'",
                "incidentId eq 7",
                "incidentId in (7, 8, 9)",
                "investigationId eq 7",
                "id eq 'da7'",
                "id in ('da7', 'da8')",
                "assignedTo eq 'user2'",
                "detectionSource eq 'CustomerTI'",
                "status eq 'New'",
                "not (status ne 'New')",
                "severity eq 'High'",
                "severity eq 'High' and status eq 'New'",
                "severity eq 'High' or status eq 'New'",
                "category eq 'Ransomware'",
                "machineId eq 'm7'",
                "mitreTechniques/any(t: t eq 'T1021')",
                "evidence/any(e: e/sha1 eq 'x7')",
                "evidence/any(e: e/sha256 eq 'y7' and e/entityType eq 'File')",
                "evidence/any(e: e/ipAddress eq '10.0.1.7')",
                "evidence/any(e: e/fileName eq 'f7')",
                "evidence/any(e: e/url eq 'u7')",
                "evidence/any(e: e/accountName eq 'a7')"
            })
    void shouldFindThemByAnIndexWhenAFilterPicksAFew(String filter) throws SQLException {
        // When
        var query = ODataQuery.of(AlertService.MODEL, Map.of("$filter", List.of(filter)));

        // Then
        var plan = plan(query);
        assertThat(plan.readWhole()).as(plan.json()).isEmpty();
        assertThat(plan.readsWholeTenant()).as(plan.json()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "lastUpdateTime ge 1970-01-01T00:00:00.0039900Z",
                "id eq 'da7'",
                "severity eq 'High' and status eq 'New'",
                "machineId eq 'm7'",
                "evidence/any(e: e/sha1 eq 'x7')"
            })
    void shouldLookUpTheirMachinesByKeyWhenSomeGroupsAreClosed(String filter) throws SQLException {
        // When
        var query = ODataQuery.of(AlertService.MODEL, Map.of("$filter", List.of(filter)));

        // Then
        var plan = plan(query, DeviceScope.of(List.of(1, 2)));
        assertThat(plan.json()).contains("machine_tenant_id_id_pk");
        assertThat(plan.readWhole()).as(plan.json()).isEmpty();
    }

    @Test
    void shouldSayWhenATableIsReadWhole() throws SQLException {
        try (Connection service = postgres.as("alert-service")) {
            assertThat(QueryPlan.of(service, "select * from alert where title = ?", "t")
                            .readWhole())
                    .containsExactly("alert");
        }
    }

    /// As [AlertRepository] asks.
    private static QueryPlan plan(ODataQuery query) throws SQLException {
        return plan(query, DeviceScope.EVERYTHING);
    }

    private static QueryPlan plan(ODataQuery query, DeviceScope scope) throws SQLException {
        try (Connection service = postgres.as("alert-service")) {
            return QueryPlan.ofPage(
                    service,
                    "alert",
                    "tenant_id = ? and " + scope.on("alert"),
                    scope.parameters(UUID.fromString(Tokens.TENANT)),
                    query);
        }
    }
}

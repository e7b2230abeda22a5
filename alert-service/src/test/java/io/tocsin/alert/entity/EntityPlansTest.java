package io.tocsin.alert.entity;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.alert.triage.AlertSelection;
import io.tocsin.testkit.QueryPlan;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// No read of statistics, and no list of an entity's alerts, goes through a whole table or a whole tenant.
class EntityPlansTest {

    private static final UUID TENANT = UUID.fromString(Tokens.TENANT);

    private static final String ROWS = """
            insert into entity_sighting (tenant_id, kind, value, machine_id, first_seen_ticks, last_seen_ticks, hours)
            select '%1$s', (array['File', 'Domain', 'Ip', 'User'])[n %% 4 + 1], 'v' || n / 8, 'm' || n %% 500, n, n::bigint * 1000000000,
                cast('1' as bit(768)) from generate_series(1, 40000) n;
            insert into file_fact (tenant_id, hash, sha1, sha256, md5, last_seen_day)
            select '%1$s', 'h' || n, 'h' || n, 's' || n, 'd' || n, n / 100 from generate_series(1, 40000) n;
            insert into user_fact (tenant_id, account_name, account_domain, last_seen_day)
            select '%1$s', 'u' || n, 'corp', n / 100 from generate_series(1, 40000) n;
            insert into alert (id, tenant_id, source, source_ref, severity, status, title, description, alert_creation_ticks,
                last_update_ticks, machine_id)
            select 'da' || n, '%1$s', 's', n::text, 'Low', 'New', 't', repeat('d', 200), n, n, 'm' || n %% 500
            from generate_series(1, 40000) n;
            insert into alert_evidence (tenant_id, alert_id, position, entity_type, evidence_creation_ticks, sha1, ip_address, url,
                account_name)
            select '%1$s', 'da' || n, 0, 'File', n, 'x' || n, '10.0.' || n / 200 || '.' || n %% 200, 'https://H' || n || '.example/x',
                'A' || n
            from generate_series(1, 40000) n;
            insert into machine (tenant_id, id, rbac_group_id, group_generation)
            select '%1$s', 'm' || n, n %% 9, 1 from generate_series(0, 29999) n;
            analyze entity_sighting, file_fact, user_fact, alert, alert_evidence, machine;
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

    /// As [SightingRepository] and [EntityPrevalence] ask.
    @ParameterizedTest
    @ValueSource(
            strings = {
                SightingRepository.STATISTICS,
                SightingRepository.LABELS,
                SightingRepository.MACHINES_OF_ACCOUNT,
                SightingRepository.SEEN,
                EntityPrevalence.COUNT
            })
    void shouldReadOneRangeOfTheIndexWhenAnEntityIsAskedAbout(String sql) throws SQLException {
        for (String scope : List.of("true", "s.machine_id is not null")) {
            var text = sql.formatted(scope);
            var parameters = new ArrayList<Object>();
            if (sql.equals(EntityPrevalence.COUNT)) {
                parameters.addAll(List.of(TENANT, TENANT, 100, array("File", "Ip"), array("v7", "v9")));
            } else {
                if (sql.equals(SightingRepository.STATISTICS)) {
                    parameters.addAll(List.of(1L, 1L));
                }
                parameters.addAll(List.of(TENANT, "File", array("v7")));
                if (sql.equals(SightingRepository.STATISTICS) || sql.equals(SightingRepository.LABELS)) {
                    parameters.add(1L);
                }
                if (sql.equals(SightingRepository.LABELS)) {
                    parameters.add(5);
                }
            }
            hold(text, parameters);
        }
    }

    @Test
    void shouldFindAFileByAnyHashAndAnAccountByItsName() throws SQLException {
        hold(SightingRepository.FILE, List.of(TENANT, array("h7"), array("h7"), array("h7")));
        hold(SightingRepository.ACCOUNTS, List.of(TENANT, "u7", "corp"));
    }

    static Stream<AlertSelection> selections() {
        return Stream.of(
                AlertSelection.ofFile(List.of("x7", "X7"), List.of()),
                AlertSelection.ofFile(List.of("x7", "X7"), List.of("y9", "Y9")),
                AlertSelection.ofHost(List.of("h7.example")),
                AlertSelection.ofAddress(List.of("10.0.1.7"), List.of("10.0.1.7")),
                AlertSelection.ofAccount("a7"),
                AlertSelection.ofMachine("m7"));
    }

    @ParameterizedTest
    @MethodSource("selections")
    void shouldFindTheAlertsOfAnEntityByAnIndex(AlertSelection selection) throws SQLException {
        var parameters = new ArrayList<Object>(List.of(TENANT));
        parameters.addAll(selection.parameters());
        hold(
                "select id from alert where tenant_id = ? and " + selection.condition() + " order by id limit 10000",
                parameters);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity_sighting", "file_fact", "user_fact"})
    void shouldFindWhatIsToBeForgottenByAnIndex(String table) throws SQLException {
        try (Connection service = postgres.as("alert-service")) {
            QueryPlan plan = QueryPlan.of(service, PruneSightings.PRUNE.formatted(table), 1, 10, 1);
            assertThat(plan.readWhole()).as(plan.json()).isEmpty();
        }
    }

    private static void hold(String sql, List<Object> parameters) throws SQLException {
        try (Connection service = postgres.as("alert-service")) {
            QueryPlan plan = QueryPlan.of(
                    service,
                    sql,
                    parameters.stream()
                            .map(it -> it instanceof String[] texts ? arrayOf(service, texts) : it)
                            .toArray());
            assertThat(plan.readWhole()).as(plan.json()).isEmpty();
            assertThat(plan.readsWholeTenant()).as(plan.json()).isFalse();
        }
    }

    private static Object arrayOf(Connection connection, String[] texts) {
        try {
            return connection.createArrayOf("text", texts);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static Object array(String... texts) {
        return texts;
    }
}

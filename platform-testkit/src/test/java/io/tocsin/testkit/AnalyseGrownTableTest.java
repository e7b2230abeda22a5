package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a service has PostgreSQL look at a table (docs/adr/066).
class AnalyseGrownTableTest {

    private static final String GROW = "insert into machine_sighting (tenant_id, machine_id, device_name,"
            + " first_seen_ticks, last_seen_ticks) select gen_random_uuid(), 'm', 'd', 0, 0 from generate_series(1, %d)";

    private static TestPostgres postgres;

    @BeforeAll
    static void start() throws SQLException {
        postgres = TestPostgres.start();
        try (Connection administrator = postgres.asAdministrator();
                var statement = administrator.createStatement()) {
            statement.execute("alter system set autovacuum = off"); // it would come between
            statement.execute("select pg_reload_conf()");
        }
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void begin() throws SQLException {
        owner("truncate machine_sighting");
        owner("analyze");
    }

    @Test
    void shouldAnalyseATableWhenItHasGrownFivefold() throws SQLException {
        // Given
        grow(999);
        assertThat(analysed()).as("too few to matter").isNull();
        grow(1);

        // When, then
        assertThat(analysed()).isEqualTo("machine_sighting");
        assertThat(rowsKnown()).isEqualTo(1_000);
        assertThat(analysed()).as("it is known now").isNull();

        grow(3_999);
        assertThat(analysed()).as("not yet five times as large").isNull();
        grow(1);
        assertThat(analysed()).isEqualTo("machine_sighting");
        assertThat(rowsKnown()).isEqualTo(5_000);
    }

    @Test
    void shouldAnalyseADayOfTelemetryWhenItHasGrown() throws SQLException {
        // Given
        owner("select make_device_event_day(date '2031-05-01')");

        // When
        owner("""
                insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks,
                    device_name, table_name, action_type)
                select gen_random_uuid(), repeat('6', 40), n, n, '2031-05-01 12:00Z', 0, 'ws6', 'DeviceEvents', 'Other'
                from generate_series(1, 2000) as n
                """);

        // Then
        assertThat(analysed()).isEqualTo("device_event_20310501");
    }

    @Test
    void shouldLeaveATableAloneWhenSomebodyElseWorksOnIt() throws SQLException {
        // Given
        grow(1_000);
        try (Connection migration = postgres.asOwner();
                var statement = migration.createStatement()) {
            migration.setAutoCommit(false);
            statement.execute("lock table machine_sighting in share update exclusive mode");

            // When
            assertThat(analysed()).isEqualTo("machine_sighting");

            // Then
            assertThat(rowsKnown()).isZero();
        }
        assertThat(analysed()).isEqualTo("machine_sighting");
        assertThat(rowsKnown()).isEqualTo(1_000);
    }

    @Test
    void shouldRefuseWhenAServiceAnalysesByItself() throws SQLException {
        try (Connection service = postgres.as("alert-service");
                var statement = service.createStatement()) {
            statement.execute("analyze machine_sighting");
            assertThat(statement.getWarnings().getMessage()).contains("permission denied");
        }
    }

    private static void grow(int rows) throws SQLException {
        owner(GROW.formatted(rows));
    }

    private static String analysed() throws SQLException {
        try (Connection service = postgres.as("indicator-service");
                var statement = service.createStatement();
                var rows = statement.executeQuery("select analyse_grown_table()")) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static long rowsKnown() throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery(
                        "select reltuples::bigint from pg_class where oid = 'machine_sighting'::regclass")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private static void owner(String sql) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(sql);
            statement.execute("select pg_stat_force_next_flush()");
        }
    }
}

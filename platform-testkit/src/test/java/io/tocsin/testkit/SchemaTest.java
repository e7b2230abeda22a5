package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the database itself enforces, whatever a service's code does (design §2, §5 Schema and Tenancy).
class SchemaTest {

    private static final String NO_RIGHT = "42501";
    private static final List<String> WITHOUT_TENANT = List.of(
            "flyway_schema_history",
            "feed_epoch",
            "event_position",
            "sighting_position",
            "audit_position",
            "scheduled_tasks_alert",
            "scheduled_tasks_response",
            "scheduled_tasks_indicator");

    private static TestPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    /// By the migrate profile's own statement; that it is sent, DatabaseLateE2E says.
    @ParameterizedTest
    @CsvSource({"reset lock_timeout, 10s", "set lock_timeout = '3s', 3s", "set lock_timeout = '1min', 1min"})
    void shouldBoundWhatAMigrationWaitsForALockUnlessItsRoleDoes(String role, String bound) throws Exception {
        // Given
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute("alter role " + TestPostgres.owner() + " " + role);
        }

        // When
        try (Connection migration = postgres.asOwner();
                var statement = migration.createStatement()) {
            statement.execute(initSql());

            // Then
            try (var rows = statement.executeQuery("show lock_timeout")) {
                rows.next();
                assertThat(rows.getString(1)).isEqualTo(bound);
            }
            statement.execute("alter role " + TestPostgres.owner() + " reset lock_timeout");
        }
    }

    private static String initSql() throws IOException {
        for (URL file : Collections.list(
                SchemaTest.class.getClassLoader().getResources("META-INF/microprofile-config.properties"))) {
            var settings = new Properties();
            try (var in = file.openStream()) {
                settings.load(in);
            }
            if (settings.containsKey("%migrate.quarkus.flyway.init-sql")) {
                return settings.getProperty("%migrate.quarkus.flyway.init-sql");
            }
        }
        throw new AssertionError("the migrate profile begins with no statement");
    }

    @ParameterizedTest
    @ValueSource(strings = {"alert-service", "response-service", "indicator-service"})
    void shouldReadEveryTableAndWriteOnlyItsOwnWhenAServiceConnects(String service) throws SQLException {
        // Given
        Map<String, String> writers = writersByTable();
        writers.values().removeIf("all services"::equals); // row by row: the audit's own test

        try (Connection connection = postgres.as(service)) {
            for (var table : writers.entrySet()) {
                boolean own =
                        table.getValue().equals(service) || table.getValue().equals("all services");

                // When
                String read = stateOf(connection, "select count(*) from " + table.getKey());
                String written = stateOf(connection, "insert into " + table.getKey() + " default values");
                String changed = stateOf(
                        connection,
                        "update " + table.getKey() + " set " + column(table.getKey()) + " = null where false");

                // Then
                assertThat(read).as("%s reads %s", service, table.getKey()).isEmpty();
                if (own) {
                    assertThat(written)
                            .as("%s writes %s", service, table.getKey())
                            .isNotEqualTo(NO_RIGHT);
                } else {
                    assertThat(written)
                            .as("%s writes %s", service, table.getKey())
                            .isEqualTo(NO_RIGHT);
                    assertThat(changed)
                            .as("%s changes %s", service, table.getKey())
                            .isEqualTo(NO_RIGHT);
                }
            }
        }
    }

    @Test
    void shouldSayItsWriterInItsCommentWhenATableIsMade() throws SQLException {
        assertThat(writersByTable()).isNotEmpty().doesNotContainValue("");
    }

    @Test
    void shouldCarryTheTenantWhenATableHoldsACustomersData() throws SQLException {
        // Given
        var tables = new TreeSet<>(
                column1(
                        "select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r','p') and not relispartition"));

        // When
        var withTenant = new TreeSet<>(
                column1(
                        "select table_name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id' and is_nullable = 'NO'"));

        // Then
        tables.removeAll(WITHOUT_TENANT);
        assertThat(withTenant).containsAll(tables);
    }

    @Test
    void shouldRefuseAnotherServicesAuditRowWhenAServiceWritesIt() throws SQLException {
        try (Connection connection = postgres.as("alert-service")) {
            assertThatCode(() -> execute(connection, auditRow("alert-service"))).doesNotThrowAnyException();
            assertThatThrownBy(() -> execute(connection, auditRow("response-service")))
                    .hasMessageContaining("row-level security");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate_bucket", "idempotency_key"})
    void shouldTouchOnlyItsOwnRowsOfASharedTableWhenAServiceWritesIt(String table) throws SQLException {
        try (Connection alert = postgres.as("alert-service");
                Connection response = postgres.as("response-service")) {
            // Given
            execute(alert, sharedRow(table, "alert-service"));

            // When, then
            assertThatThrownBy(() -> execute(alert, sharedRow(table, "response-service")))
                    .hasMessageContaining("row-level security");
            assertThat(changed(response, "update " + table + " set route = 'x' where route = 'r'"))
                    .isZero();
            assertThat(changed(response, "delete from " + table + " where route = 'r'"))
                    .isZero();
            assertThat(changed(alert, "delete from " + table + " where route = 'r'"))
                    .isEqualTo(1);
        }
    }

    @Test
    void shouldSeeAndTouchOnlyItsOwnCallsWhenAServiceConnects() throws SQLException {
        try (Connection alert = postgres.as("alert-service");
                Connection response = postgres.as("response-service")) {
            // Given
            String call = "insert into outbox (tenant_id, service, destination, kind, subject, payload) values"
                    + " (gen_random_uuid(), '%s', 'd', 'k', 's', '{}')";
            execute(alert, call.formatted("alert-service"));

            // When, then
            assertThatThrownBy(() -> execute(alert, call.formatted("response-service")))
                    .hasMessageContaining("row-level security");
            assertThat(changed(response, "update outbox set kind = 'x'")).isZero();
            assertThat(changed(response, "delete from outbox")).isZero();
            assertThat(changed(alert, "delete from outbox where kind = 'k'")).isEqualTo(1);
        }
    }

    @Test
    void shouldSeeAndTouchOnlyItsOwnDataKeysWhenAServiceConnects() throws SQLException {
        try (Connection alert = postgres.as("alert-service");
                Connection response = postgres.as("response-service")) {
            // Given
            execute(alert, dataKey("alert-service"));

            // When, then
            assertThatThrownBy(() -> execute(alert, dataKey("response-service")))
                    .hasMessageContaining("row-level security");
            assertThat(changed(response, "update data_key set master_key = 'x'"))
                    .isZero();
            assertThat(rows(response, "data_key")).isZero();
            assertThat(rows(alert, "data_key")).isEqualTo(1);
            assertThat(stateOf(alert, "delete from data_key")).isEqualTo(NO_RIGHT);
        }
    }

    private static String dataKey(String service) {
        return "insert into data_key (tenant_id, service, id, generation, master_key, wrapped)"
                + " values (gen_random_uuid(), '" + service + "', gen_random_uuid(), 1, 'k', 'x')";
    }

    private static int rows(Connection connection, String table) throws SQLException {
        try (var statement = connection.createStatement();
                var found = statement.executeQuery("select count(*) from " + table)) {
            found.next();
            return found.getInt(1);
        }
    }

    @Test
    void shouldLeaseNoMoreThanTheLimitWhenManyAskAtOnce() throws Exception {
        long leased = leaseAtOnce(8, 20, "100", "1500");

        assertThat(leased).isEqualTo(100);
    }

    @Test
    void shouldLeaseFromBothWindowsAndSayWhenThereIsMore() throws SQLException {
        try (Connection connection = postgres.as("alert-service")) {
            assertThat(lease(connection, "windows", "10", "25", 7)).isEqualTo("7|60|-");
            assertThat(lease(connection, "windows", "10", "25", 7)).isEqualTo("3|60|60");
            openedEarlier("windows", "minute_opened", "61 seconds");
            assertThat(lease(connection, "windows", "10", "25", 10)).isEqualTo("10|60|-");
            openedEarlier("windows", "minute_opened", "61 seconds");
            assertThat(lease(connection, "windows", "10", "25", 10)).isEqualTo("5|60|3600");
            openedEarlier("windows", "hour_opened", "61 minutes");
            assertThat(lease(connection, "windows", null, "25", 30)).isEqualTo("25|3600|3600");
        }
    }

    @Test
    void shouldRefuseWhenAnAuditRowIsChangedOrRemovedEvenByTheOwner() throws SQLException {
        try (Connection owner = postgres.asOwner()) {
            assertThatThrownBy(() -> execute(owner, "update audit_entry set actor = 'x'"))
                    .hasMessageContaining("append-only");
            assertThatThrownBy(() -> execute(owner, "delete from audit_entry")).hasMessageContaining("append-only");
            assertThatThrownBy(() -> execute(owner, "truncate audit_entry")).hasMessageContaining("append-only");
        }
    }

    @Test
    void shouldKeepEventsByDayAndDropOldDaysWhenAskedByTheOwnersFunctions() throws SQLException {
        try (Connection connection = postgres.as("alert-service")) {
            // Given
            execute(connection, "select make_device_event_day('2020-08-06')");
            execute(connection, "select make_device_event_day('2020-08-06')");
            execute(connection, "select make_device_event_day('2020-08-07')");

            // When
            execute(connection, "select drop_device_event_days_before('2020-08-07')");

            // Then
            assertThat(column1(
                            "select relname from pg_class where relname like 'device_event_2020%' and relkind = 'r'"))
                    .containsExactly("device_event_20200807");
            assertThat(stateOf(connection, "create table mine (id int)")).isEqualTo(NO_RIGHT);
        }
    }

    @Test
    void shouldKeepADayThatSomebodyIsWritingIntoWhenItLooksExpired() throws Exception {
        try (Connection writer = postgres.as("alert-service");
                Connection job = postgres.as("alert-service");
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // Given
            execute(writer, "select make_device_event_day('2019-08-06')");
            writer.setAutoCommit(false);
            execute(
                    writer,
                    "insert into device_event (tenant_id, machine_id, event_ticks, report_id, event_time, received_ticks,"
                            + " device_name, table_name, action_type) values (gen_random_uuid(), 'm', 0, 0, '2019-08-06 12:00+00',"
                            + " (extract(epoch from now()) * 10000000)::bigint, 'd', 't', 'a')");

            // When
            var expired = threads.submit(() -> {
                execute(job, "select expire_device_event_day(now() - interval '30 days')");
                return null;
            });
            while (!expired.isDone()
                    && column1("select 1 from pg_locks where not granted and relation = 'device_event'::regclass")
                            .isEmpty()) {
                Thread.sleep(10);
            }
            writer.commit();
            expired.get();

            // Then
            assertThat(column1("select machine_id from device_event_20190806")).containsExactly("m");
        }
    }

    @Test
    void shouldAdmitNoMorePastDaysThanThereMayBeWhenManyAskAtOnce() throws Exception {
        // Given
        try (Connection owner = postgres.asOwner()) {
            execute(owner, "truncate device_event_past_day");
        }
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Long>>();
            for (int tenant = 1; tenant <= 4; tenant++) {
                int own = tenant;
                tasks.add(() -> {
                    try (Connection connection = postgres.as("alert-service")) {
                        long admitted = 0;
                        for (int day = 1; day <= 5; day++) {
                            admitted += admitted(connection, own, "2018-0" + own + "-0" + day) ? 1 : 0;
                        }
                        return admitted;
                    }
                });
            }

            // When
            long sum = 0;
            for (var done : threads.invokeAll(tasks)) {
                assertThat(done.get()).isLessThanOrEqualTo(2);
                sum += done.get();
            }

            // Then
            assertThat(sum).isEqualTo(5);
            assertThat(column1(
                            "select relname from pg_class where relname like 'device_event_2018%' and relkind = 'r'"))
                    .hasSize(5);
        }
    }

    @Test
    void shouldAdmitAPastDayAgainWhenRetentionHasDroppedOne() throws SQLException {
        try (Connection owner = postgres.asOwner();
                Connection service = postgres.as("alert-service")) {
            // Given
            execute(owner, "truncate device_event_past_day");
            assertThat(admitted(service, 7, "2017-01-01")).isTrue();
            assertThat(admitted(service, 7, "2017-01-02")).isTrue();
            assertThat(admitted(service, 7, "2017-01-03")).isFalse();
            assertThat(admitted(service, 7, "2017-01-02")).isTrue();

            // When
            execute(service, "select expire_device_event_day('2017-01-02')");

            // Then
            assertThat(column1("select day::text from device_event_past_day")).containsExactly("2017-01-02");
            assertThat(admitted(service, 7, "2017-01-03")).isTrue();
        }
    }

    private static boolean admitted(Connection connection, int tenant, String day) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(
                        "select admit_device_event_day('00000000-0000-0000-0000-00000000000%d', '%s', '2026-01-01', 5, 2)"
                                .formatted(tenant, day))) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    @Test
    void shouldShowTicksAsATimeWhenAPersonAsks() throws SQLException {
        assertThat(column1("select tocsin_time(15967293740440001) at time zone 'UTC'"))
                .containsExactly("2020-08-06 15:56:14.044");
    }

    private static String sharedRow(String table, String service) {
        return table.equals("rate_bucket")
                ? "insert into rate_bucket (tenant_id, service, application, route, minute_opened, hour_opened) values (gen_random_uuid(), '"
                        + service + "', 'a', 'r', now(), now())"
                : "insert into idempotency_key (tenant_id, service, owner, route, key_hash, status) values (gen_random_uuid(), '"
                        + service + "', 'a', 'r', 'x', 200)";
    }

    private static long leaseAtOnce(int callers, int times, String perMinute, String perHour) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks = new ArrayList<Callable<Long>>();
            for (int i = 0; i < callers; i++) {
                tasks.add(() -> {
                    try (Connection connection = postgres.as("alert-service")) {
                        long granted = 0;
                        for (int time = 0; time < times; time++) {
                            String answer = lease(connection, "at once", perMinute, perHour, 3);
                            granted += Long.parseLong(answer.substring(0, answer.indexOf('|')));
                        }
                        return granted;
                    }
                });
            }
            long sum = 0;
            for (var done : threads.invokeAll(tasks)) {
                sum += done.get();
            }
            return sum;
        }
    }

    /// `granted|seconds of the lease|seconds until there is more`, both rounded up.
    private static String lease(Connection connection, String route, String perMinute, String perHour, int wanted)
            throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery("""
                        select granted || '|' || ceil(lease_millis / 1000.0) || '|' || coalesce(ceil(refill_millis / 1000.0)::text, '-')
                        from lease_calls('%s', 'alert-service', 'app', '%s', %s, %s, %d)
                        """.formatted(Tokens.TENANT, route, perMinute, perHour, wanted))) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void openedEarlier(String route, String window, String by) throws SQLException {
        try (Connection owner = postgres.as("alert-service")) {
            execute(
                    owner,
                    "update rate_bucket set " + window + " = " + window + " - interval '" + by + "' where route = '"
                            + route + "'");
        }
    }

    private static int changed(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static String auditRow(String service) {
        return "insert into audit_entry (tenant_id, service, at_ticks, actor, action, target) values (gen_random_uuid(), '"
                + service + "', 0, 'a', 'b', 'c')";
    }

    private static Map<String, String> writersByTable() throws SQLException {
        var writers = new TreeMap<String, String>();
        for (String row : column1("""
                select relname || '|' || coalesce(substring(obj_description(oid) from 'Written by (all services|the owner|[a-z]+-service)'), '')
                from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                  and not relispartition and relname <> 'flyway_schema_history'
                """)) {
            writers.put(row.substring(0, row.indexOf('|')), row.substring(row.indexOf('|') + 1));
        }
        return writers;
    }

    private static String column(String table) throws SQLException {
        return column1(
                        "select column_name from information_schema.columns where table_schema = 'public' and is_identity = 'NO' and is_generated = 'NEVER' and table_name = '"
                                + table + "' limit 1")
                .getFirst();
    }

    private static List<String> column1(String sql) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement();
                var rows = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (rows.next()) {
                values.add(rows.getString(1));
            }
            return values;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The SQL state the statement fails with, or an empty text.
    private static String stateOf(Connection connection, String sql) {
        try {
            execute(connection, sql);
            return "";
        } catch (SQLException refused) {
            return refused.getSQLState();
        }
    }
}

package io.tocsin.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// From the schema of the release before (deploy/e2e/previous-release.properties) to this one's: its services go on
/// meanwhile (docs/adr/020, 031), so that migrations only add. What is to go is announced by a release that does
/// without
/// it, and taken away in the next ([Contract]).
class SchemaUpgradeTest {

    private static final Path MIGRATIONS = Path.of("../platform/src/main/resources/db/migration");
    private static final Path RELEASED = Path.of("../platform/src/test/resources/io/tocsin/db/released-migrations.csv");
    /// The newest migration of those of which some were mended before a release held them.
    private static final String MENDED_UP_TO = "202611202234";

    private static SchemaUpgrade upgrade;
    private static TestPostgres postgres;
    private static Catalogue present;

    /// What each migration did that the release before minds.
    private static final Map<String, List<String>> MINDED = new TreeMap<>();

    @BeforeAll
    static void upgradeStepByStep() throws Exception {
        String previous = previousSchema();
        upgrade = SchemaUpgrade.from(previous, Contract.of(MIGRATIONS, RELEASED));
        postgres = upgrade.postgres();
        for (Path file : migrationsAfter(previous)) {
            MINDED.put(file.getFileName().toString(), upgrade.step(file, () -> postgres.migrateTo(version(file))));
        }
        present = upgrade.present();
    }

    @AfterAll
    static void stop() throws SQLException {
        upgrade.close();
    }

    /// The two files that say which release is the one before, and what it holds.
    @Test
    void shouldKnowTheMigrationsOfTheReleaseBefore() throws IOException {
        assertThat(Contract.of(MIGRATIONS, RELEASED).released())
                .last()
                .asString()
                .startsWith("V" + previousSchema() + "__");
    }

    /// Every other test starts on such a copy.
    @Test
    void shouldBeWhatACopyOfAMigratedClusterHolds() throws SQLException {
        try (TestPostgres copied = TestPostgres.start();
                Connection owner = copied.asOwner()) {
            Catalogue copy = Catalogue.of(owner);

            assertThat(copy.relations()).isEqualTo(present.relations());
            assertThat(copy.columns()).isEqualTo(present.columns());
            assertThat(copy.constraints()).isEqualTo(present.constraints());
            assertThat(copy.routines()).isEqualTo(present.routines());
            assertThat(copy.triggers()).isEqualTo(present.triggers());
            assertThat(copy.rights()).isEqualTo(present.rights());
        }
    }

    @Test
    void shouldOnlyAddWhatTheReleaseBeforeDoesNotMind() {
        assertThat(MINDED)
                .isNotEmpty()
                .allSatisfy((file, minded) -> assertThat(minded).as(file).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            alter table alert drop title                                              | gone: column alert.title
            alter table alert rename title to name                                    | gone: column alert.title
            alter table alert_source rename to source                                 | gone: table or view alert_source
            drop table idempotency_key                                                | gone: table or view idempotency_key
            alter table alert alter category set not null                             | narrowed: column alert.category is not null
            do $$ begin execute format('alter table %I drop title', 'alert'); end $$ | gone: column alert.title
            alter table alert alter title type varchar(10)                            | changed: column alert.title from text to character varying(10)
            alter table alert alter correlated drop default                           | gone: default of column alert.correlated
            alter table alert alter correlated set default true                       | changed: default of column alert.correlated from false to true
            alter table alert alter category set default 'Malware'                    | changed: default of column alert.category
            alter table alert add note text not null                                  | narrowed: new column alert.note is not null and has no default
            alter table alert add check (title <> '')                                 | narrowed: alert.alert_title_check
            alter table alert add constraint later check (title <> '') not valid      | narrowed: alert.later
            alter table alert add level text check (level is not null)                | narrowed: alert.alert_level_check
            alter table alert add level int default 0, add constraint later check (level > 0) not valid | narrowed: alert.later
            alter table alert add level text, add check (level <> '' or title <> '')  | narrowed: alert.alert_check
            create unique index one on alert (tenant_id, title)                       | narrowed: alert.one
            alter table alert add level text not null default '', add unique (tenant_id, level) | narrowed: alert.alert_tenant_id_level_key
            alter table alert_comment drop constraint alert_comment_alert_fk          | gone: alert_comment.alert_comment_alert_fk
            alter table alert drop constraint alert_tenant_id_source_source_ref_key   | gone: alert.alert_tenant_id_source_source_ref_key
            alter table alert drop constraint alert_status_check, add constraint alert_status_check check (status in ('New', 'Resolved')) not valid | changed: alert.alert_status_check
            alter table alert drop constraint alert_status_check, add constraint alert_status_check check (status in ('Unknown', 'New', 'InProgress', 'Resolved') and title <> '') | changed: alert.alert_status_check
            alter table alert drop constraint alert_status_check, add constraint alert_status_check check (status not in ('Unknown', 'New', 'InProgress', 'Resolved')) | changed: alert.alert_status_check
            alter table alert drop constraint alert_status_check, add constraint alert_status_check check (title in ('Unknown', 'New', 'InProgress', 'Resolved')) | changed: alert.alert_status_check
            drop function make_device_event_day(date)                                 | gone: function make_device_event_day(date)
            revoke update on alert from tocsin_alert                                  | taken away: tocsin_alert may update alert
            revoke select on machine from tocsin_alert                                | taken away: tocsin_alert may select machine
            revoke execute on function make_device_event_day from tocsin_alert        | taken away: tocsin_alert may execute make_device_event_day(date)
            alter table alert enable row level security                               | changed: table or view alert
            alter table incident add stamp double precision default random()          | written anew while it is locked: incident
            """)
    void shouldSeeWhatWouldBreakTheReleaseBefore(String migration, String finding) throws SQLException {
        assertThat(mindedOf(migration)).anySatisfy(text -> assertThat(text).startsWith(finding));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "alter table alert add note text",
                "alter table alert add n int not null default 0",
                "alter table alert add level text check (level in ('a', 'b'))",
                "alter table alert drop constraint alert_status_check, add constraint alert_status_check check"
                        + " (status in ('Unknown', 'New', 'InProgress', 'Resolved', 'Merged'))",
                "alter table alert add level text, add unique (tenant_id, level)",
                "alter table alert add level int default 1, add constraint later check (level > 0) not valid",
                "alter table alert alter title set default ''",
                "create table alert_note (note text not null)",
                "create or replace function feed_position() returns xid8 language sql stable as 'select pg_current_xact_id()'"
            })
    void shouldAllowWhatAdds(String migration) throws SQLException {
        assertThat(mindedOf(migration)).isEmpty();
    }

    @Test
    void shouldEndInTheSameSchemaWhenAnEarlierFormOfItsMigrationsRan(@TempDir Path folder) throws Exception {
        // Given: the migrations as they were before they were mended
        try (var files = Files.list(MIGRATIONS)) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("V"))
                    .toList()) {
                if (version(file).compareTo(MENDED_UP_TO) <= 0) {
                    Files.copy(file, folder.resolve(file.getFileName()));
                }
            }
        }
        try (var files = Files.list(Path.of("src/test/resources/earlier-form"))) {
            for (Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        try (TestPostgres earlier = TestPostgres.startEmpty()) {
            earlier.migrateFrom(folder);

            // When
            earlier.migrate();
            earlier.migrate();

            // Then
            try (Connection owner = earlier.asOwner()) {
                assertThat(comparable(Catalogue.of(owner))).isEqualTo(comparable(present));
            }
        }
    }

    @Test
    void shouldRefuseAnEarlierFormNobodyKnows() throws Exception {
        try (Connection owner = postgres.asOwner()) {
            execute(owner, "update flyway_schema_history set checksum = checksum + 1 where version = '202611202225'");
            try {
                assertThatThrownBy(postgres::migrate).hasMessageContaining("202611202225");
            } finally {
                execute(
                        owner,
                        "update flyway_schema_history set checksum = checksum - 1 where version = '202611202225'");
            }
        }
    }

    @Test
    void shouldTryAgainWhatWasInterrupted() throws Exception {
        try (TestPostgres other = TestPostgres.startAt("202611202234");
                Connection owner = other.asOwner();
                Connection writer = other.asOwner()) {
            // Given: a writer whom the build of an index waits for longer than it may
            execute(owner, "alter role tocsin_owner set lock_timeout = '100ms'");
            writer.setAutoCommit(false);
            execute(writer, "insert into feed_position values (gen_random_uuid(), 'a', '1', 1)");
            execute(writer, "lock table machine in row exclusive mode");
            assertThatThrownBy(other::migrate).hasMessageContaining("lock timeout");
            assertThat(Catalogue.of(owner).indexes()).containsKey("machine_tenant_id_group_generation_idx (invalid)");
            writer.rollback();

            // When
            other.migrate();

            // Then
            assertThat(Catalogue.of(owner).indexes())
                    .containsKey("machine_tenant_id_group_generation_idx")
                    .doesNotContainKey("machine_tenant_id_group_generation_idx (invalid)");
        }
    }

    @Test
    void shouldRememberTheLeaseOfADeliveryByTheReleaseBefore() throws Exception {
        try (Connection owner = postgres.asOwner()) {
            owner.setAutoCommit(false);
            execute(owner, """
                    insert into machine (tenant_id, id) values ('7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10', 'm')""");
            execute(owner, """
                    insert into machine_action (id, tenant_id, type, lane, requestor, status, machine_id, creation_ticks,
                        last_update_ticks, deadline)
                    values (gen_random_uuid(), '7d0f9d0e-7b64-4f6f-8a44-1d7a0d4f8f10', 'Isolate', 'l', 'r', 'Pending', 'm', 1, 1, now())""");

            execute(owner, "update machine_action set lease_id = gen_random_uuid(), status = 'InProgress'");

            try (var statement = owner.createStatement();
                    var rows = statement.executeQuery("select leases = array[lease_id] from machine_action")) {
                rows.next();
                assertThat(rows.getBoolean(1)).isTrue();
            }
            owner.rollback();
        }
    }

    private static List<String> mindedOf(String migration) throws SQLException {
        return WhatTheReleaseBeforeMinds.of(upgrade.known(), after(migration));
    }

    private static Catalogue after(String migration) throws SQLException {
        try (Connection owner = postgres.asOwner()) {
            owner.setAutoCommit(false);
            execute(owner, migration);
            Catalogue after = Catalogue.of(owner);
            owner.rollback();
            return after;
        }
    }

    /// Without where tables are stored, and without the days of telemetry.
    private static Catalogue comparable(Catalogue all) {
        var indexes = new TreeMap<>(all.indexes());
        indexes.keySet().removeIf(name -> name.startsWith("device_event_2"));
        return new Catalogue(
                all.relations(),
                all.columns(),
                all.constraints(),
                indexes,
                all.routines(),
                all.triggers(),
                all.rights(),
                Map.of());
    }

    private static List<Path> migrationsAfter(String version) throws IOException {
        try (var files = Files.list(MIGRATIONS)) {
            return files.filter(file -> file.getFileName().toString().matches("V.*\\.sql"))
                    .filter(file -> ORDER.compare(version(file), version) > 0)
                    .sorted(Comparator.comparing(SchemaUpgradeTest::version, ORDER))
                    .collect(Collectors.toList());
        }
    }

    /// As Flyway orders them: 1 before 1.1.
    private static final Comparator<String> ORDER = Comparator.comparing((String version) -> version.split("\\.")[0])
            .thenComparing(version -> version.contains(".") ? Integer.parseInt(version.split("\\.")[1]) : 0);

    private static String version(Path file) {
        String name = file.getFileName().toString();
        return name.substring(1, name.indexOf("__"));
    }

    private static String previousSchema() throws IOException {
        var release = new Properties();
        try (var text = Files.newBufferedReader(Path.of("../deploy/e2e/previous-release.properties"))) {
            release.load(text);
        }
        return release.getProperty("schema");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}

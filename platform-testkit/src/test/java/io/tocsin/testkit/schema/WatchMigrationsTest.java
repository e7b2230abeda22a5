package io.tocsin.testkit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is seen of a migration only while it runs, or read in its file: made-up ones, run as Flyway runs ours.
class WatchMigrationsTest {

    private static final String ANNOUNCING = "V1__stop_reading_titles.sql";

    @TempDir
    private static Path folder;

    private static SchemaUpgrade upgrade;
    private static int made = 0;

    @BeforeAll
    static void start() throws SQLException, IOException {
        Files.createDirectory(folder.resolve("released"));
        Files.createDirectory(folder.resolve("coming"));
        Files.writeString(folder.resolve("released").resolve(ANNOUNCING), """
                -- announces: gone: column machine.os_build
                -- announces: narrowed: machine.machine_kept_check
                select 1;
                """);
        Files.writeString(folder.resolve("released").resolve("V2__of_this_release.sql"), """
                -- announces: gone: column alert.title
                select 1;
                """);
        upgrade = SchemaUpgrade.from(
                "202611202212", new Contract(folder.resolve("released"), Set.of(ANNOUNCING, "V1__other.sql")));
        upgrade.postgres().migrate();
        upgrade.step(written("select 1", false), () -> {}); // what ours did is not the matter here
    }

    @AfterAll
    static void stop() throws SQLException {
        upgrade.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            update alert set title = upper(title) where false                         | changed: rows of alert.title
            do $$ begin execute 'update alert set title = null where false'; end $$   | changed: rows of alert.title
            insert into event_position values ('a', '1', 1) on conflict (consumer) do update set event_id = 2 | changed: rows of event_position.event_id
            delete from machine where last_ip_address is null                         | taken away: rows of machine
            truncate idempotency_key                                                  | taken away: rows of idempotency_key
            """)
    void shouldSeeRowsThatAreChangedUnderTheReleaseBefore(String sql, String finding) throws Exception {
        assertThat(minded(sql, false)).contains(finding);
    }

    @Test
    void shouldAllowColumnsToBeFilledThatTheReleaseBeforeDoesNotKnow() throws Exception {
        assertThat(minded("""
                alter table machine add filled text;
                update machine set filled = 'x';
                """, false)).isEmpty();
    }

    @Test
    void shouldSeeAnIndexThatIsBuiltWhileWritersWait() throws Exception {
        assertThat(minded("create index plain on alert (title)", false))
                .containsExactly("built while writers wait: plain on alert");
        assertThat(minded("create index plain_days on device_event (action_type)", false))
                .singleElement()
                .asString()
                .endsWith("on device_event");
        assertThat(minded("create index plain_parent on only device_event (action_type)", false))
                .isEmpty();
    }

    /// Outside a transaction, a statement is one of its own.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "create index outside on alert (description)",
                "create index outside_too on alert (description); -- not concurrently",
                "do $$ begin execute 'create index outside_still on alert (description) /* concurrently */'; end $$"
            })
    void shouldSeeItInAFileThatRunsOutsideATransactionToo(String sql) throws Exception {
        assertThat(minded(sql, true)).singleElement().asString().startsWith("built while writers wait: outside");
    }

    @Test
    void shouldAllowAnIndexThatIsBuiltConcurrently() throws Exception {
        assertThat(minded("create index concurrently beside on alert (recommended_action)", true))
                .isEmpty();
    }

    @Test
    void shouldSeeAnIndexThatGoesOrIsNarrowed() throws Exception {
        assertThat(minded("drop index alert_tenant_id_last_update_ticks_idx", false))
                .containsExactly("gone: index alert_tenant_id_last_update_ticks_idx on alert");
        assertThat(minded("""
                drop index alert_tenant_id_machine_id_idx;
                create index alert_tenant_id_machine_id_idx on alert (tenant_id, machine_id, first_event_ticks)
                    where machine_id is not null;
                """, false)).contains("gone: index alert_tenant_id_machine_id_idx on alert");
    }

    @Test
    void shouldAllowAnIndexThatGoesForOneThatAnswersTheSame() throws Exception {
        minded("create index of_some on alert (tenant_id, incident_id, id) where incident_id is not null", false);
        minded("create index of_all on incident (tenant_id, last_update_ticks, incident_id)", false);

        assertThat(minded("drop index incident_tenant_id_last_update_ticks_idx", false))
                .isEmpty();
        assertThat(minded("drop index alert_tenant_id_incident_id_idx", false))
                .as("that of some answers for some")
                .containsExactly("gone: index alert_tenant_id_incident_id_idx on alert");
    }

    @Test
    void shouldAllowWhatTheReleaseBeforeAnnounced() throws Exception {
        assertThat(minded("""
                -- contract: gone: column machine.os_build, announced by V1__stop_reading_titles.sql
                alter table machine drop os_build;
                """, false)).isEmpty();
        assertThat(minded("""
                -- contract: narrowed: machine.machine_kept_check, announced by V1__stop_reading_titles.sql
                alter table machine add constraint machine_kept_check check (id <> '') not valid;
                """, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            -- contract: unused since 0.1.0                                                              | no contract
            -- contract: unused since whenever                                                           | no contract
            --contract                                                                                   | no contract
            -- contract: gone: column alert.threat_name, announced by V1__stop_reading_titles.sql        | not announced
            -- contract: gone: column alert.threat_name, announced by V1__other.sql                      | not announced
            -- contract: gone: column alert.title, announced by V2__of_this_release.sql                  | not announced
            -- contract: gone: column machine.os_build, announced by V1__stop_reading_titles.sql         | nothing to excuse
            """)
    void shouldRefuseAnExcuseTheReleaseBeforeDidNotGive(String line, String finding) throws Exception {
        Path file = written(line + "\nselect 1;", false);
        Contract contract = new Contract(folder.resolve("released"), Set.of(ANNOUNCING));

        assertThat(contract.unexcused(Files.readString(file), List.of("gone: column alert.threat_name")))
                .hasSize(2)
                .contains("gone: column alert.threat_name")
                .last()
                .asString()
                .startsWith(finding);
    }

    private static List<String> minded(String sql, boolean outside) throws Exception {
        Path file = written(sql, outside);
        TestPostgres postgres = upgrade.postgres();
        return upgrade.step(file, () -> postgres.migrate("filesystem:" + folder.resolve("coming")));
    }

    private static Path written(String sql, boolean outside) throws IOException {
        made++;
        Path file = folder.resolve("coming").resolve("V999912312359.%d__made_up.sql".formatted(made));
        if (outside) {
            Files.writeString(Path.of(file + ".conf"), "executeInTransaction=false\n");
        }
        return Files.writeString(file, sql);
    }
}

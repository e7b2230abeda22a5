package io.tocsin.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// When a history of the feeds ends and how the next goes on (docs/adr/024). Real dumps and recoveries are
/// RestoreE2E's.
class FeedEpochTest {

    private static final String SIGHT = "insert into machine_sighting (tenant_id, machine_id, device_name,"
            + " first_seen_ticks, last_seen_ticks%s) values (gen_random_uuid(), 'm', 'd', 0, 0%s)";

    private static TestPostgres postgres;

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void begin() throws SQLException {
        execute("truncate feed_epoch, machine_sighting");
        execute(
                "create or replace function feed_position() returns xid8 language sql stable as 'select pg_current_xact_id()'");
        execute(
                "create or replace function feed_horizon() returns xid8 language sql stable as 'select pg_snapshot_xmin(pg_current_snapshot())'");
    }

    @Test
    void shouldShiftNothingWhenTheFirstEpochBeginsAmongWriters() throws SQLException {
        try (Connection slow = postgres.as("alert-service")) {
            // Given: one that has begun to write, and one that began later and is done
            slow.setAutoCommit(false);
            try (var statement = slow.createStatement()) {
                statement.execute(SIGHT.formatted("", ""));
            }
            execute(SIGHT.formatted("", ""));

            // When
            assertThat(check()).isEqualTo(1);

            // Then
            assertThat(column("select shift || label from feed_epoch")).containsExactly("0");
            assertThat(column("select 1 from machine_sighting where change_xid < feed_horizon()"))
                    .isEmpty();
            slow.commit();
            assertThat(column("select 1 from machine_sighting where change_xid < feed_horizon()"))
                    .hasSize(2);
        }
        assertThat(check()).as("the same again").isEqualTo(1);
    }

    @Test
    void shouldGoOnBehindTheRowsWhenTheyComeFromADumpThatKnewNoEpochs() throws SQLException {
        // Given
        execute(SIGHT.formatted(", change_xid", ", '900000000000'"));
        assertThat(column("select 1 from machine_sighting where change_xid < feed_horizon()"))
                .isEmpty();

        // When
        check();
        execute(SIGHT.formatted("", ""));

        // Then
        assertThat(column("select 1 from machine_sighting where change_xid < feed_horizon()"))
                .hasSize(2);
        assertThat(column("select 1 from machine_sighting where change_xid > '900000000000'"))
                .hasSize(1);
        assertThat(column("select feed_cursor_holds('', '5')"))
                .as("of who knows which history")
                .containsExactly("f");
    }

    @Test
    void shouldKeepCursorsOfTheEpochBeforeAsFarAsItIsKnownToHaveSurvived() throws SQLException {
        // Given
        check();
        execute("update feed_epoch set reached = '700', written = pg_current_xact_id()::xid");

        // When
        assertThat(column("select begin_feed_epoch('a disk was copied back')")).containsExactly("2");

        // Then
        assertThat(column("select feed_cursor_holds('', '699')")).containsExactly("t");
        assertThat(column("select feed_cursor_holds('', '700')")).containsExactly("f");
        assertThat(column("select feed_cursor_holds(label, '700') from feed_epoch where seq = 2"))
                .containsExactly("t");
        assertThat(column("select feed_cursor_holds('00000000beef', '1')")).containsExactly("f");
        assertThat(check()).isEqualTo(2);
    }

    /// The one that comes second finds the present epoch locked.
    @Test
    void shouldNoteNothingOfAnEpochThatIsOverWhenTwoCheckAtOnce() throws SQLException {
        // Given
        check();
        assertThat(column("select begin_feed_epoch('a disk was copied back')")).containsExactly("2");
        execute("update feed_epoch set reached = '700', reached_at = now() - interval '1 hour' where seq = 1");
        try (Connection first = postgres.as("alert-service")) {
            first.setAutoCommit(false);
            try (var statement = first.createStatement()) {
                statement.execute("select check_feed_epoch()");
            }

            // When
            check();

            // Then
            assertThat(column("select reached from feed_epoch where seq = 1")).containsExactly("700");
            first.rollback();
        }
    }

    @Test
    void shouldBeginAnotherWhenTheRowOfThePresentOneWasWrittenByAnotherTransaction() throws SQLException {
        check();

        execute("create table copied as table feed_epoch");
        execute("truncate feed_epoch");
        execute("insert into feed_epoch select * from copied");
        execute("drop table copied");

        assertThat(check()).isEqualTo(2);
        assertThat(column("select reason from feed_epoch where seq = 2"))
                .containsExactly("the rows were written anew, as from a dump");
    }

    @Test
    void shouldBeBegunByCommandOnlyByTheOwner() throws SQLException {
        try (Connection service = postgres.as("alert-service");
                var statement = service.createStatement()) {
            assertThatThrownBy(() -> statement.execute("select begin_feed_epoch('because')"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void shouldPositionEveryRowByTheEpochNotByTheBareTransaction() throws SQLException {
        assertThat(column("select adrelid::regclass::text from pg_attrdef"
                        + " where pg_get_expr(adbin, adrelid) like '%pg_current_xact_id%'"))
                .isEmpty();
        assertThat(column("select adrelid::regclass::text from pg_attrdef"
                        + " where pg_get_expr(adbin, adrelid) like '%feed_position()%'"))
                .contains("device_event", "machine_sighting", "indicator_change", "audit_entry");
    }

    private static int check() throws SQLException {
        try (Connection service = postgres.as("response-service");
                var statement = service.createStatement();
                var row = statement.executeQuery("select check_feed_epoch()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void execute(String sql) throws SQLException {
        try (Connection owner = postgres.asOwner();
                var statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> column(String sql) throws SQLException {
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
}

package io.tocsin.alert.telemetry;

import io.tocsin.alert.telemetry.EventFeed.Place;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// How far a look into the telemetry behind a place goes: so many events, or fewer when they are large. Whoever reads
/// the
/// events up to there holds no more than [#MOST_TEXT] and one event, whatever senders made of theirs.
@ApplicationScoped
public class NextEvents {

    /// Characters of the events of one look; one event alone may have a mebibyte.
    public static final int MOST_TEXT = 4 * 1024 * 1024;

    /// What an event is taken to have that was stored before they were weighed, or by the release before: an object as
    /// long
    /// as it is stored tells little, since it may be packed.
    private static final String WEIGHT = """
            coalesce(e.weight, 1000 + coalesce(octet_length(e.command_line), 0) + coalesce(octet_length(e.initiating_process_command_line), 0)
                + coalesce(octet_length(e.registry_value_data), 0)
                + (select case when stored > 1000 then 64 * stored else stored end from (
                    select coalesce(pg_column_size(e.additional_fields), 0) + coalesce(pg_column_size(e.other_columns), 0) as stored) as its))
            """;

    /// Read off the index in its order and no further than wanted, whatever PostgreSQL thinks of values: a
    /// parameter as the number of rows is a tenth of the table to it, so the number stands in the text; and
    /// behind a place among many events of one transaction it expects nothing, so the place is hidden.
    private static final String LOOK = """
            select change_xid::text as change_xid, event_id, found = %1$d or turn < found as more from (
                select next.change_xid, next.event_id, count(*) over () as found,
                    row_number() over before as turn, sum(next.weight) over before as so_far
                from (
                    select e.change_xid, e.event_id, %2$s as weight from device_event e
                    where %3$s (e.change_xid, e.event_id) > ((select cast(? as xid8)), (select cast(? as bigint))) and %4$s
                    order by e.change_xid, e.event_id limit %1$d) as next
                window before as (order by next.change_xid, next.event_id rows unbounded preceding)) as look
            where turn = 1 or so_far <= %5$d
            order by look.change_xid desc, look.event_id desc limit 1
            """;

    private static final String SETTLED = "e.change_xid < feed_horizon()";

    /// No further than the last of other followers, none of whom may be missing.
    private static final String READ_BY_OTHERS = """
            (e.change_xid, e.event_id) <= (
                      select p.change_xid, p.event_id from event_position p where p.consumer like ?
                      order by p.change_xid, p.event_id limit 1)
                  and ? = (select count(*) from event_position p where p.consumer like ?)
            """;

    /// @param to the last event of the look
    /// @param more whether there may be events behind it already
    public record Look(Place to, boolean more) {

        private static Look of(ResultSet row) throws SQLException {
            return new Look(Place.of(row), row.getBoolean("more"));
        }
    }

    private final Statements statements;

    public NextEvents(Statements statements) {
        this.statements = statements;
    }

    /// Events of all tenants; empty when there is none.
    public Optional<Look> behind(Place from, int most) {
        return look("", List.of(), from, SETTLED, List.of(), most);
    }

    /// Events of one tenant; empty when there is none.
    public Optional<Look> behind(UUID tenant, Place from, int most) {
        return look("e.tenant_id = ? and ", List.of(tenant), from, SETTLED, List.of(), most);
    }

    /// Events of all tenants that others have read.
    ///
    /// @param others a pattern of `like`
    /// @param count how many they are
    Optional<Look> behindOthers(Place from, int most, String others, int count) {
        return look("", List.of(), from, READ_BY_OTHERS, List.of(others, count, others), most);
    }

    private Optional<Look> look(String whose, List<?> ofWhom, Place from, String within, List<?> withinWhat, int most) {
        var parameters = new ArrayList<Object>(ofWhom);
        parameters.addAll(List.of(from.changeXid(), from.eventId()));
        parameters.addAll(withinWhat);
        return statements
                .list(LOOK.formatted(most, WEIGHT, whose, within, MOST_TEXT), Look::of, parameters.toArray())
                .stream()
                .findFirst();
    }
}

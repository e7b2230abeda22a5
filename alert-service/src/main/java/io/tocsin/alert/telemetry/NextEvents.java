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

    private static final String LOOK = """
            select change_xid::text as change_xid, event_id, found = ? or turn < found as more from (
                select next.change_xid, next.event_id, count(*) over () as found,
                    row_number() over before as turn, sum(next.weight) over before as so_far
                from (
                    select e.change_xid, e.event_id, %s as weight from device_event e
                    where %s (e.change_xid, e.event_id) > (cast(? as xid8), ?) and %s
                    order by e.change_xid, e.event_id limit ?) as next
                window before as (order by next.change_xid, next.event_id rows unbounded preceding)) as look
            where turn = 1 or so_far <= ?
            order by look.change_xid desc, look.event_id desc limit 1
            """;

    private static final String SETTLED = "e.change_xid < feed_horizon()";

    private static final String BEHIND = LOOK.formatted(WEIGHT, "", SETTLED);
    private static final String BEHIND_OF = LOOK.formatted(WEIGHT, "e.tenant_id = ? and ", SETTLED);

    /// No further than the last of other followers, none of whom may be missing.
    private static final String BEHIND_OTHERS = LOOK.formatted(WEIGHT, "", """
            (e.change_xid, e.event_id) <= (
                      select p.change_xid, p.event_id from event_position p where p.consumer like ?
                      order by p.change_xid, p.event_id limit 1)
                  and ? = (select count(*) from event_position p where p.consumer like ?)
            """);

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
        return look(BEHIND, List.of(), from, List.of(), most);
    }

    /// Events of one tenant; empty when there is none.
    public Optional<Look> behind(UUID tenant, Place from, int most) {
        return look(BEHIND_OF, List.of(tenant), from, List.of(), most);
    }

    /// Events of all tenants that others have read.
    ///
    /// @param others a pattern of `like`
    /// @param count how many they are
    Optional<Look> behindOthers(Place from, int most, String others, int count) {
        return look(BEHIND_OTHERS, List.of(), from, List.of(others, count, others), most);
    }

    private Optional<Look> look(String statement, List<?> of, Place from, List<?> within, int most) {
        var parameters = new ArrayList<Object>();
        parameters.add(most);
        parameters.addAll(of);
        parameters.addAll(List.of(from.changeXid(), from.eventId()));
        parameters.addAll(within);
        parameters.addAll(List.of(most, MOST_TEXT));
        return statements.list(statement, Look::of, parameters.toArray()).stream()
                .findFirst();
    }
}

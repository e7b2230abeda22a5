package io.tocsin.alert.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// The changes of a tenant's alerts and incidents, in one order.
@ApplicationScoped
public class ChangeLog {

    public static final FeedTable TABLE = new FeedTable("feed_change", "change_id", "changed_ticks");

    /// The order is the column's: a bare `change_xid` would be the text that is selected, in which 10 comes before 9.
    private static final String AFTER = """
            select c.change_xid::text, c.change_id, c.changed_ticks, c.feed, c.subject, c.kind from feed_change c
            where c.tenant_id = ? and (c.change_xid, c.change_id) > (?::xid8, ?) and c.change_xid < feed_horizon()
            order by c.change_xid, c.change_id limit ?
            """;

    private static final String PRUNED = """
            select change_xid::text, change_id, 0::bigint from feed_position where tenant_id = ? and consumer = 'pruned'
            """;

    private final Statements statements;

    ChangeLog(Statements statements) {
        this.statements = statements;
    }

    /// What was looked at.
    ///
    /// @param end behind the last of them
    /// @param more whether there was more than asked for
    public record Look(List<Change> changes, Place end, boolean more) {

        /// Those of one kind of things.
        public List<Change> of(Change.Subject subject) {
            return changes.stream().filter(change -> change.of() == subject).toList();
        }
    }

    public Look after(UUID tenant, Place place, int most) {
        long now = WireTime.now().ticks();
        List<Change> changes =
                statements.list(AFTER, ChangeLog::change, tenant, place.positionText(), place.id(), most);
        Place last = changes.isEmpty() ? place : changes.getLast().place();
        boolean more = changes.size() == most;
        return new Look(changes, more ? last : last.asOf(now), more);
    }

    /// Behind the last change that is not kept any more, if there was one. Whoever stands before it has missed
    /// something.
    public Optional<Place> pruned(UUID tenant) {
        return statements.list(PRUNED, FeedPlaces::place, tenant).stream().findFirst();
    }

    private static Change change(ResultSet row) throws SQLException {
        Place place = FeedPlaces.place(row);
        return new Change(
                place,
                Change.Subject.valueOf(row.getString("feed")),
                row.getString("subject"),
                row.getString("kind"),
                new WireTime(place.ticks()));
    }
}

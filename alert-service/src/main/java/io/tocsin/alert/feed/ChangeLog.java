package io.tocsin.alert.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedChanges;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;

/// The changes of a tenant's alerts and incidents, in one order.
@ApplicationScoped
public class ChangeLog {

    public static final FeedTable TABLE = new FeedTable("feed_change", "change_id", "changed_ticks");

    private final FeedChanges changes;

    ChangeLog(Statements statements) {
        this.changes = new FeedChanges(statements, TABLE);
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
        FeedChanges.Look look = changes.after(tenant, place, most);
        return new Look(look.rows().stream().map(ChangeLog::change).toList(), look.end(), look.more());
    }

    private static Change change(FeedChanges.Row row) {
        return new Change(row.place(), Change.Subject.valueOf(row.feed()), row.subject(), row.kind(), row.time());
    }
}

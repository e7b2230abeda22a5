package io.tocsin.response.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedChanges;
import io.tocsin.feed.FeedSlice;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// The changes of a tenant's actions, investigations and playbook runs, in one order.
@ApplicationScoped
public class ResponseChanges {

    public static final FeedTable TABLE = new FeedTable("response_change", "change_id", "changed_ticks");

    private final FeedChanges changes;

    ResponseChanges(Statements statements) {
        this.changes = new FeedChanges(statements, TABLE);
    }

    /// Makes the line of a change, given its cursor and what changed as it is now.
    @FunctionalInterface
    public interface LineWriter<T> {
        Object line(String cursor, FeedChanges.Row change, T subject);
    }

    /// What is behind a place, of one kind of things.
    ///
    /// @param find those of these ids that the reader may see and asked for, by their ids
    public <T> FeedSlice read(
            UUID tenant,
            String feed,
            Place after,
            int most,
            Function<Set<String>, Map<String, T>> find,
            LineWriter<T> writer) {
        FeedChanges.Look look = changes.after(tenant, after, most);
        List<FeedChanges.Row> rows =
                look.rows().stream().filter(row -> row.feed().equals(feed)).toList();
        Map<String, T> found = rows.isEmpty()
                ? Map.of()
                : find.apply(rows.stream().map(FeedChanges.Row::subject).collect(Collectors.toSet()));
        var entries = new ArrayList<FeedSlice.Entry>();
        for (FeedChanges.Row row : rows) {
            T subject = found.get(row.subject());
            if (subject != null) {
                entries.add(new FeedSlice.Entry(
                        row.place(),
                        (feed + "." + row.kind()).toLowerCase(Locale.ROOT),
                        cursor -> writer.line(cursor, row, subject)));
            }
        }
        return new FeedSlice(entries, look.end(), look.more());
    }

    FeedChanges rows() {
        return changes;
    }
}

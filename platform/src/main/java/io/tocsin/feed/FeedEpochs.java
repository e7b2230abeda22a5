package io.tocsin.feed;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/// The histories the database has lived through. A cursor carries the label of the one it was given out in.
@ApplicationScoped
public class FeedEpochs {

    private static final String PRESENT = "(select label from feed_epoch order by seq desc limit 1)";

    private final Statements statements;

    FeedEpochs(Statements statements) {
        this.statements = statements;
    }

    /// The label of the present one.
    public String present() {
        return statements.list("select " + PRESENT, row -> row.getString(1)).getFirst();
    }

    /// The label a cursor goes on with, or empty when its position lies in a history that was lost: rows may have come
    /// before it that the client never saw, and what the client saw behind it may not be here.
    public Optional<String> goingOn(String label, String position) {
        return Optional.ofNullable(statements
                .list(
                        "select case when feed_cursor_holds(?, ?::xid8) then " + PRESENT + " end",
                        row -> row.getString(1),
                        label,
                        position)
                .getFirst());
    }
}

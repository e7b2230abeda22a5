package io.tocsin.alert.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedChanges;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Changes that are committed and that no reader sees yet, since a writer that began before them is still open.
@ApplicationScoped
class FeedLag implements Measured {

    private final FeedChanges changes;

    FeedLag(Statements statements) {
        this.changes = new FeedChanges(statements, ChangeLog.TABLE);
    }

    @Override
    public void measure(Figures figures) {
        FeedChanges.Held held = changes.held(MOST);
        figures.count(
                        "tocsin.feeds.held",
                        "Changes of alerts and incidents that an open transaction holds back",
                        held.changes())
                .seconds("tocsin.feeds.lag", "Age of the oldest of them", held.age());
    }
}

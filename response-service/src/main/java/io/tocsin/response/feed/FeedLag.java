package io.tocsin.response.feed;

import io.tocsin.feed.FeedChanges;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Changes that are committed and that no reader sees yet, since a writer that began before them is still open.
@ApplicationScoped
class FeedLag implements Measured {

    private final ResponseChanges changes;

    FeedLag(ResponseChanges changes) {
        this.changes = changes;
    }

    @Override
    public void measure(Figures figures) {
        FeedChanges.Held held = changes.rows().held(MOST);
        figures.count(
                        "tocsin.feeds.held",
                        "Changes of actions, investigations and playbook runs that an open transaction holds back",
                        held.changes())
                .seconds("tocsin.feeds.lag", "Age of the oldest of them", held.age());
    }
}

package io.tocsin.alert.matching;

import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events whose values nobody has looked up yet, also those that an open transaction still holds back.
@ApplicationScoped
class MatchingLag implements Measured {

    private final EventFeed feed;

    MatchingLag(EventFeed feed) {
        this.feed = feed;
    }

    @Override
    public void measure(Figures figures) {
        EventFeed.Backlog waiting = feed.backlog(SeenEvents.CONSUMER);
        figures.count("tocsin.matching.backlog", "Events not yet held against the indicators", waiting.events())
                .seconds("tocsin.matching.lag", "Age of the oldest of them", waiting.seconds());
    }
}

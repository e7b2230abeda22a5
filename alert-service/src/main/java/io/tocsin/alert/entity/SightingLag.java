package io.tocsin.alert.entity;

import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events the statistics do not know yet, also those that an open transaction still holds back.
@ApplicationScoped
class SightingLag implements Measured {

    private final EventFeed feed;

    SightingLag(EventFeed feed) {
        this.feed = feed;
    }

    @Override
    public void measure(Figures figures) {
        EventFeed.Backlog waiting = feed.backlog(SightedEvents.CONSUMER);
        figures.count(
                        "tocsin.entities.backlog",
                        "Events not yet in the statistics of files, domains, addresses and accounts",
                        waiting.events())
                .seconds("tocsin.entities.lag", "Age of the oldest of them", waiting.seconds());
    }
}

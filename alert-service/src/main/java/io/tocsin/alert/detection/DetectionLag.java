package io.tocsin.alert.detection;

import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events no rule has been held against yet, by the shard that is furthest behind.
@ApplicationScoped
class DetectionLag implements Measured {

    private final EventFeed feed;

    DetectionLag(EventFeed feed) {
        this.feed = feed;
    }

    @Override
    public void measure(Figures figures) {
        EventFeed.Backlog waiting = feed.backlog(EventShards.CONSUMERS);
        figures.count("tocsin.detection.backlog", "Events not yet held against the rules", waiting.events())
                .seconds("tocsin.detection.lag", "Age of the oldest of them", waiting.seconds());
    }
}

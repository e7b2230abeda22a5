package io.tocsin.alert.entity;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Follows the telemetry and keeps what was seen where.
@ApplicationScoped
class SightingJob implements Job {

    private static final int MOST_LOOKS = 50;

    private final SightingConfig config;
    private final SightedEvents feed;
    private final SightingStore store;
    private final Counter followed;
    private final Counter written;

    SightingJob(SightingConfig config, SightedEvents feed, SightingStore store, MeterRegistry registry) {
        this.config = config;
        this.feed = feed;
        this.store = store;
        this.followed = Counter.builder("tocsin.entities.events")
                .description("Events whose files, domains, addresses and accounts were taken into the statistics")
                .register(registry);
        this.written = Counter.builder("tocsin.entities.rows")
                .description("Rows of the statistics that changed with them")
                .register(registry);
    }

    @Override
    public String name() {
        return "entity-sightings";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        for (int look = 0; look < MOST_LOOKS; look++) {
            SightedEvents.Look seen = feed.next(config.batch()).orElse(null);
            if (seen == null) {
                return;
            }
            written.increment(store.store(SightingBatch.of(seen.events()), seen.stretch()));
            followed.increment(seen.events().size());
            if (!seen.stretch().more()) {
                return;
            }
        }
    }
}

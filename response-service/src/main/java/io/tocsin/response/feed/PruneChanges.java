package io.tocsin.response.feed;

import io.tocsin.feed.FeedConfig;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/// Forgets changes no cursor may point to any more. An hour later than it may: a row is as old as its transaction's
/// begin, and no cursor outlives a row that came behind it.
@ApplicationScoped
class PruneChanges implements Job {

    private static final Duration LATER = Duration.ofHours(1);
    private static final int AT_ONCE = 5_000;

    private final ResponseChanges changes;
    private final FeedConfig config;

    PruneChanges(ResponseChanges changes, FeedConfig config) {
        this.changes = changes;
        this.config = config;
    }

    @Override
    public String name() {
        return "prune-feed";
    }

    @Override
    public Duration pause() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run() {
        WireTime before =
                WireTime.now().plusSeconds(-config.retention().plus(LATER).toSeconds());
        for (UUID tenant : changes.rows().tenants()) {
            int gone = AT_ONCE;
            while (gone == AT_ONCE) {
                gone = changes.rows().prune(tenant, before, AT_ONCE);
            }
        }
    }
}

package io.tocsin.alert.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedChanges;
import io.tocsin.feed.FeedConfig;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/// Forgets changes that are older than the retention; the database notes up to where (docs/adr/049). An hour later than
/// it may, since a row is as old as its transaction's begin.
@ApplicationScoped
class PruneChanges implements Job {

    private static final Duration LATER = Duration.ofHours(1);
    private static final int AT_ONCE = 5_000;

    private final FeedChanges changes;
    private final FeedConfig config;

    PruneChanges(Statements statements, FeedConfig config) {
        this.changes = new FeedChanges(statements, ChangeLog.TABLE);
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
        for (UUID tenant : changes.tenants()) {
            int gone = AT_ONCE;
            while (gone == AT_ONCE) {
                gone = changes.prune(tenant, before, AT_ONCE);
            }
        }
    }
}

package io.tocsin.indicator.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.db.Statements;
import io.tocsin.feed.FeedChanges;
import io.tocsin.feed.FeedConfig;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/// Forgets changes nobody needs to be told any more; the database notes up to where (docs/adr/049, docs/adr/064). An
/// hour later than it may: a row is as old as its transaction's begin.
@ApplicationScoped
class PruneChanges implements Job {

    private static final Duration LATER = Duration.ofHours(1);

    private static final int AT_ONCE = 5_000;

    private final FeedChanges changes;
    private final FeedConfig config;
    private final Counter forgotten;

    PruneChanges(Statements statements, FeedConfig config, MeterRegistry registry) {
        this.changes = new FeedChanges(statements, IndicatorChanges.TABLE);
        this.config = config;
        this.forgotten = Counter.builder("tocsin.indicators.changes.forgotten")
                .description("Changes of indicators forgotten because every cursor is younger")
                .register(registry);
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
        WireTime before = before(config);
        for (UUID tenant : changes.tenants()) {
            int gone;
            do {
                gone = changes.prune(tenant, before, AT_ONCE);
                forgotten.increment(gone);
            } while (gone == AT_ONCE);
        }
    }

    /// What is older may go.
    static WireTime before(FeedConfig config) {
        return WireTime.now().plusSeconds(-config.retention().plus(LATER).toSeconds());
    }
}

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

/// Forgets changes no cursor may point to any more, and notes up to where, for those whose cursors have no time: agents
/// and indexes (docs/adr/064). An hour later than it may: a row is as old as its transaction's begin, and no cursor
/// outlives a row that came behind it.
@ApplicationScoped
class PruneChanges implements Job {

    private static final Duration LATER = Duration.ofHours(1);

    private static final int AT_ONCE = 5_000;

    /// In one statement: who reads and misses a row finds the note.
    private static final String PRUNE = """
            with oldest as (
                select change_xid, change_id, at_ticks from indicator_change where tenant_id = ?
                order by change_xid, change_id limit ?),
            gone as (
                delete from indicator_change c using oldest o
                where c.tenant_id = ? and c.change_xid = o.change_xid and c.change_id = o.change_id and o.at_ticks < ?
                returning c.change_xid, c.change_id),
            noted as (
                insert into indicator_change_pruned as p (tenant_id, change_xid, change_id)
                select ?, change_xid, change_id from gone order by change_xid desc, change_id desc limit 1
                on conflict (tenant_id) do update set change_xid = excluded.change_xid, change_id = excluded.change_id
                    where (excluded.change_xid, excluded.change_id) > (p.change_xid, p.change_id))
            select count(*) from gone
            """;

    private final Statements statements;
    private final FeedChanges changes;
    private final FeedConfig config;
    private final Counter forgotten;

    PruneChanges(Statements statements, FeedConfig config, MeterRegistry registry) {
        this.statements = statements;
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
        long before = before(config).ticks();
        for (UUID tenant : changes.tenants()) {
            long gone;
            do {
                gone = statements
                        .list(PRUNE, row -> row.getLong(1), tenant, AT_ONCE, tenant, before, tenant)
                        .getFirst();
                forgotten.increment(gone);
            } while (gone == AT_ONCE);
        }
    }

    /// What is older may go.
    static WireTime before(FeedConfig config) {
        return WireTime.now().plusSeconds(-config.retention().plus(LATER).toSeconds());
    }
}

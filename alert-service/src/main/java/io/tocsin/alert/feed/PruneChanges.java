package io.tocsin.alert.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedConfig;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/// Forgets changes no cursor may point to any more. An hour later than it may: a row is as old as its transaction's
/// begin,
/// and no cursor outlives a row that came behind it.
@ApplicationScoped
class PruneChanges implements Job {

    private static final Duration LATER = Duration.ofHours(1);
    private static final int AT_ONCE = 5_000;

    /// Off the primary key, one look for each tenant.
    private static final String TENANTS = """
            with recursive known(tenant_id) as (
                (select tenant_id from feed_change order by tenant_id limit 1)
                union all
                select (select c.tenant_id from feed_change c where c.tenant_id > known.tenant_id order by c.tenant_id limit 1)
                from known where known.tenant_id is not null)
            select tenant_id from known where tenant_id is not null
            """;

    private static final String PRUNE = """
            with oldest as (
                select change_xid, change_id, changed_ticks from feed_change where tenant_id = ?
                order by change_xid, change_id limit ?)
            delete from feed_change c using oldest o
            where c.tenant_id = ? and c.change_xid = o.change_xid and c.change_id = o.change_id and o.changed_ticks < ?
            """;

    private final Statements statements;
    private final FeedConfig config;

    PruneChanges(Statements statements, FeedConfig config) {
        this.statements = statements;
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
        long before = WireTime.now()
                .plusSeconds(-config.retention().plus(LATER).toSeconds())
                .ticks();
        for (UUID tenant : tenants()) {
            int gone;
            do {
                gone = statements.update(PRUNE, tenant, AT_ONCE, tenant, before);
            } while (gone == AT_ONCE);
        }
    }

    List<UUID> tenants() {
        return statements.list(TENANTS, row -> row.getObject(1, UUID.class));
    }
}

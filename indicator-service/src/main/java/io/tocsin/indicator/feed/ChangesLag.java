package io.tocsin.indicator.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedConfig;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Changes of indicators that are kept for longer than anybody may ask for them: each tenant's first, off the primary
/// key.
@ApplicationScoped
class ChangesLag implements Measured {

    private static final String OLDEST = """
            with recursive known(tenant_id) as (
                (select tenant_id from indicator_change order by tenant_id limit 1)
                union all
                select (select c.tenant_id from indicator_change c where c.tenant_id > known.tenant_id order by c.tenant_id limit 1)
                from known where known.tenant_id is not null)
            select coalesce(? - min(o.at_ticks), 0) / 1e7 as age from known, lateral (
                select at_ticks from indicator_change c where c.tenant_id = known.tenant_id
                order by c.change_xid, c.change_id limit 1) o
            """;

    private final Statements statements;
    private final FeedConfig config;

    ChangesLag(Statements statements, FeedConfig config) {
        this.statements = statements;
        this.config = config;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                OLDEST,
                row -> figures.seconds(
                        "tocsin.indicators.changes.overdue",
                        "How long the oldest change of an indicator should have been forgotten",
                        row.getDouble("age")),
                PruneChanges.before(config).ticks());
    }
}

package io.tocsin.alert.feed;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Changes that are committed and that no reader sees yet, since a writer that began before them is still open.
@ApplicationScoped
class FeedLag implements Measured {

    private static final String HELD = """
            select count(*) as changes, extract(epoch from now()) - min(held.changed_ticks) / 1e7 as age
            from unnest(?::uuid[]) as t(tenant), lateral (
                select changed_ticks from feed_change
                where tenant_id = t.tenant and change_xid >= feed_horizon() limit ?) as held
            """;

    private final Statements statements;
    private final PruneChanges known;

    FeedLag(Statements statements, PruneChanges known) {
        this.statements = statements;
        this.known = known;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                HELD,
                row -> figures.count(
                                "tocsin.feeds.held",
                                "Changes of alerts and incidents that an open transaction holds back",
                                row.getLong("changes"))
                        .seconds("tocsin.feeds.lag", "Age of the oldest of them", row.getDouble("age")),
                known.tenants(),
                MOST);
    }
}

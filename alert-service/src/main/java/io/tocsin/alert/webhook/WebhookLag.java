package io.tocsin.alert.webhook;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Changes that active webhooks have not been told yet, webhooks that were suspended, and what targets refused.
@ApplicationScoped
class WebhookLag implements Measured {

    private static final String BEHIND = """
            select count(*) as webhooks, extract(epoch from now()) - min(next.changed_ticks) / 1e7 as age
            from webhook w, lateral (
                select c.changed_ticks from feed_change c
                where c.tenant_id = w.tenant_id and (c.change_xid, c.change_id) > (w.change_xid, w.change_id)
                  and c.change_xid < feed_horizon()
                order by c.change_xid, c.change_id limit 1) as next
            where w.state = 'Active'
            """;

    private static final String REST = """
            select (select count(*) from webhook where state = 'Suspended') as suspended,
                (select count(*) from (select from webhook_dead_letter limit ?) as letters) as letters
            """;

    private final Statements statements;

    WebhookLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                BEHIND,
                row -> figures.count(
                                "tocsin.webhooks.behind",
                                "Active webhooks that have not been told everything",
                                row.getLong("webhooks"))
                        .seconds(
                                "tocsin.webhooks.lag",
                                "Age of the oldest change one of them has not been told",
                                row.getDouble("age")));
        statements.list(
                REST,
                row -> figures.count(
                                "tocsin.webhooks.suspended",
                                "Webhooks that nothing is sent to until somebody resumes them",
                                row.getLong("suspended"))
                        .count("tocsin.webhooks.dead.letters", "Changes that targets refused", row.getLong("letters")),
                MOST);
    }
}

package io.tocsin.alert.entity;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events the statistics do not know yet, also those that an open transaction still holds back.
@ApplicationScoped
class SightingLag implements Measured {

    private static final String UNSEEN = """
            select count(*) as events, extract(epoch from now()) - min(received_ticks) / 1e7 as age
            from (select received_ticks from device_event where (change_xid, event_id) > (
                    coalesce((select change_xid from event_position where consumer = ?), '0'::xid8),
                    coalesce((select event_id from event_position where consumer = ?), 0))
                order by change_xid, event_id limit ?) as unseen
            """;

    private final Statements statements;

    SightingLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                UNSEEN,
                row -> figures.count(
                                "tocsin.entities.backlog",
                                "Events not yet in the statistics of files, domains, addresses and accounts",
                                row.getLong("events"))
                        .seconds("tocsin.entities.lag", "Age of the oldest of them", row.getDouble("age")),
                EventFeed.CONSUMER,
                EventFeed.CONSUMER,
                MOST);
    }
}

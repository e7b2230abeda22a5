package io.tocsin.alert.matching;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events whose values nobody has looked up yet, also those that an open transaction still holds back.
@ApplicationScoped
class MatchingLag implements Measured {

    private static final String UNMATCHED = """
            select count(*) as events, extract(epoch from now()) - min(received_ticks) / 1e7 as age
            from (select received_ticks from device_event where (change_xid, event_id) > (
                    coalesce((select change_xid from event_position where consumer = ?), '0'::xid8),
                    coalesce((select event_id from event_position where consumer = ?), 0))
                order by change_xid, event_id limit ?) as unmatched
            """;

    private final Statements statements;

    MatchingLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                UNMATCHED,
                row -> figures.count(
                                "tocsin.matching.backlog",
                                "Events not yet held against the indicators",
                                row.getLong("events"))
                        .seconds("tocsin.matching.lag", "Age of the oldest of them", row.getDouble("age")),
                EventFeed.CONSUMER,
                EventFeed.CONSUMER,
                MOST);
    }
}

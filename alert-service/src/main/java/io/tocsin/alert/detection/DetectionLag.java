package io.tocsin.alert.detection;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events no rule has been held against yet, by the shard that is furthest behind.
@ApplicationScoped
class DetectionLag implements Measured {

    private static final String BEHIND = """
            select count(*) as events, extract(epoch from now()) - min(received_ticks) / 1e7 as age
            from (select received_ticks from device_event where (change_xid, event_id) > (
                    coalesce((select change_xid from event_position where consumer like 'detection-_'
                        order by change_xid, event_id limit 1), '0'::xid8),
                    coalesce((select event_id from event_position where consumer like 'detection-_'
                        order by change_xid, event_id limit 1), 0))
                order by change_xid, event_id limit ?) as waiting
            """;

    private final Statements statements;

    DetectionLag(Statements statements) {
        this.statements = statements;
    }

    @Override
    public void measure(Figures figures) {
        statements.list(
                BEHIND,
                row -> figures.count(
                                "tocsin.detection.backlog",
                                "Events not yet held against the rules",
                                row.getLong("events"))
                        .seconds("tocsin.detection.lag", "Age of the oldest of them", row.getDouble("age")),
                MOST);
    }
}

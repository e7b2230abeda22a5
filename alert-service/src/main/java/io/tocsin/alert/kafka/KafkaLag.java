package io.tocsin.alert.kafka;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events Kafka has not acknowledged yet, where one is configured.
@ApplicationScoped
class KafkaLag implements Measured {

    private static final String BEHIND = """
            select count(*) as events, extract(epoch from now()) - min(received_ticks) / 1e7 as age
            from (select e.received_ticks from event_position p, lateral (
                select received_ticks, change_xid, event_id from device_event
                where (change_xid, event_id) > (p.change_xid, p.event_id)
                order by change_xid, event_id limit ?) as e
                where p.consumer = ?) as waiting
            """;

    private final Statements statements;
    private final KafkaConfig config;

    KafkaLag(Statements statements, KafkaConfig config) {
        this.statements = statements;
        this.config = config;
    }

    @Override
    public void measure(Figures figures) {
        if (config.bootstrapServers().isEmpty()) {
            tell(figures, 0, 0); // a position may be left of the time when there was one
            return;
        }
        statements.list(
                BEHIND,
                row -> tell(figures, row.getLong("events"), row.getDouble("age")),
                MOST,
                KafkaPosition.CONSUMER);
    }

    private static Figures tell(Figures figures, long events, double age) {
        return figures.count("tocsin.kafka.backlog", "Events Kafka has not acknowledged", events)
                .seconds("tocsin.kafka.lag", "Age of the oldest of them", age);
    }
}

package io.tocsin.alert.kafka;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import jakarta.enterprise.context.ApplicationScoped;

/// Events and changes Kafka has not acknowledged yet, where one is configured.
@ApplicationScoped
class KafkaLag implements Measured {

    private static final String BEHIND = """
            with recursive known(tenant_id) as (
                (select tenant_id from feed_change order by tenant_id limit 1)
                union all
                select (select c.tenant_id from feed_change c where c.tenant_id > known.tenant_id order by c.tenant_id limit 1)
                from known where known.tenant_id is not null)
            select count(*) as events, extract(epoch from now()) - min(received_ticks) / 1e7 as age
            from (select e.received_ticks from event_position p, lateral (
                select received_ticks, change_xid, event_id from device_event
                where (change_xid, event_id) > (p.change_xid, p.event_id)
                order by change_xid, event_id limit ?) as e
                where p.consumer = ?
                union all
                select a.changed_ticks from event_position p, known, lateral (
                    select changed_ticks from feed_change c
                    where c.tenant_id = known.tenant_id and (c.change_xid, c.change_id) > (p.change_xid, p.event_id)
                    order by c.change_xid, c.change_id limit ?) as a
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
                KafkaPosition.EVENTS,
                MOST,
                KafkaPosition.ALERTS);
    }

    private static Figures tell(Figures figures, long events, double age) {
        return figures.count("tocsin.kafka.backlog", "Events and changes Kafka has not acknowledged", events)
                .seconds("tocsin.kafka.lag", "Age of the oldest of them", age);
    }
}

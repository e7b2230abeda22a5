package io.tocsin.alert.kafka;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.Place;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/// How far telemetry has been acknowledged.
@ApplicationScoped
class KafkaPosition {

    static final String CONSUMER = "kafka";

    private final Statements statements;

    KafkaPosition(Statements statements) {
        this.statements = statements;
    }

    Optional<Place> get() {
        return statements
                .list(
                        "select change_xid::text, event_id, 0::bigint from event_position where consumer = ?",
                        FeedPlaces::place,
                        CONSUMER)
                .stream()
                .findFirst();
    }

    void begin(Place place) {
        statements.update(
                "insert into event_position (consumer, change_xid, event_id) values (?, ?::xid8, ?) on conflict do nothing",
                CONSUMER,
                place.positionText(),
                place.id());
    }

    /// Whether nobody else has moved meanwhile.
    boolean move(Place from, Place to) {
        return statements.update(
                        "update event_position set change_xid = ?::xid8, event_id = ? where consumer = ? and change_xid = ?::xid8 and event_id = ?",
                        to.positionText(),
                        to.id(),
                        CONSUMER,
                        from.positionText(),
                        from.id())
                == 1;
    }
}

package io.tocsin.alert.kafka;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.Place;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/// How far telemetry has been acknowledged, and how far alerts.
@ApplicationScoped
class KafkaPosition {

    static final String EVENTS = "kafka";
    static final String ALERTS = "kafka-alerts";

    private final Statements statements;

    KafkaPosition(Statements statements) {
        this.statements = statements;
    }

    Optional<Place> get(String consumer) {
        return statements
                .list(
                        "select change_xid::text, event_id, 0::bigint from event_position where consumer = ?",
                        FeedPlaces::place,
                        consumer)
                .stream()
                .findFirst();
    }

    /// The furthest row that is not kept any more of those behind a place, whosever it was.
    ///
    /// @param followed the table
    Optional<Place> forgottenBehind(Place place, String followed) {
        return statements.list("""
                        select p.change_xid::text, p.change_id, 0::bigint from feed_pruned p
                        where p.followed = ? and (p.change_xid, p.change_id) > (?::xid8, ?)
                        order by p.change_xid desc, p.change_id desc limit 1
                        """, FeedPlaces::place, followed, place.positionText(), place.id()).stream()
                .findFirst();
    }

    void begin(String consumer, Place place) {
        statements.update(
                "insert into event_position (consumer, change_xid, event_id) values (?, ?::xid8, ?) on conflict do nothing",
                consumer,
                place.positionText(),
                place.id());
    }

    /// Whether nobody else has moved meanwhile.
    boolean move(String consumer, Place from, Place to) {
        return statements.update(
                        "update event_position set change_xid = ?::xid8, event_id = ? where consumer = ? and change_xid = ?::xid8 and event_id = ?",
                        to.positionText(),
                        to.id(),
                        consumer,
                        from.positionText(),
                        from.id())
                == 1;
    }
}

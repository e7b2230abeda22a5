package io.tocsin.alert.detection;

import static io.tocsin.db.Statements.number;

import io.tocsin.alert.process.ProcessKeeper;
import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/// The event feed cut by machine, so that replicas follow it side by side and each machine has one follower
/// (docs/adr/007, 027).
@ApplicationScoped
class EventShards {

    static final int COUNT = ProcessKeeper.FOLLOWER_COUNT;

    /// All of them, as [EventFeed#backlog] takes it.
    static final String CONSUMERS = ProcessKeeper.FOLLOWERS;

    private static final String EVENTS = "select " + EventRow.COLUMNS + ", e.received_ticks from device_event e where"
            + EventFeed.WITHIN + "and hashtext(e.machine_id) & 3 = ?" + EventFeed.IN_ORDER;

    /// @param events of the shard, in the order they were committed
    record Look(EventFeed.Stretch stretch, List<Seen> events) {}

    /// @param received when it came, in ticks
    record Seen(EventRow row, long received) {}

    private final EventFeed feed;
    private final Statements statements;

    EventShards(EventFeed feed, Statements statements) {
        this.feed = feed;
        this.statements = statements;
    }

    static String consumer(int shard) {
        return "detection-" + shard;
    }

    /// What comes next for the shard, out of so many events of the whole feed; empty when there is nothing new.
    Optional<Look> next(int shard, int most) {
        return feed.next(consumer(shard), most)
                .map(stretch -> new Look(
                        stretch,
                        statements.list(
                                EVENTS,
                                row -> new Seen(EventRow.of(row), number(row, "received_ticks")),
                                stretch.parameters(shard))));
    }

    /// Called in the transaction that stores what came of the events.
    void move(int shard, Look look) {
        feed.move(consumer(shard), look.stretch());
    }
}

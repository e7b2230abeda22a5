package io.tocsin.alert.detection;

import static io.tocsin.db.Statements.number;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// The event feed cut by machine, so that replicas follow it side by side and each machine has one follower
/// (docs/adr/007, 027).
@ApplicationScoped
class EventShards {

    /// A number that is never changed: positions are kept by shard.
    static final int COUNT = 4;

    private static final String POSITION =
            "select change_xid::text as change_xid, event_id from event_position where consumer = ?";

    private static final String END = """
            select change_xid::text as change_xid, event_id from (
                select e.change_xid, e.event_id from device_event e
                where (e.change_xid, e.event_id) > (cast(? as xid8), ?)
                  and e.change_xid < feed_horizon()
                order by e.change_xid, e.event_id limit ?) as look
            order by look.change_xid desc, look.event_id desc limit 1
            """;

    private static final String EVENTS = "select " + EventRow.COLUMNS + ", e.received_ticks from device_event e" + """
             where (e.change_xid, e.event_id) > (cast(? as xid8), ?) and (e.change_xid, e.event_id) <= (cast(? as xid8), ?)
               and hashtext(e.machine_id) & 3 = ?
            order by e.change_xid, e.event_id
            """;

    private static final String OLDEST =
            "select change_xid::text as change_xid, event_id from device_event order by change_xid, event_id limit 1";

    private static final String NEWEST = "select feed_horizon()::text as change_xid, 0 as event_id";

    private static final String CAME = """
            select received_ticks from device_event where change_xid >= cast(? as xid8) order by change_xid, event_id limit 1
            """;

    /// Wins only when nobody else moved it meanwhile.
    private static final String MOVE = """
            insert into event_position (consumer, change_xid, event_id) values (?, cast(? as xid8), ?)
            on conflict (consumer) do update set change_xid = excluded.change_xid, event_id = excluded.event_id
            where event_position.change_xid = cast(? as xid8) and event_position.event_id = ?
            """;

    /// A place in the feed.
    record Place(String changeXid, long eventId) {

        static final Place START = new Place("0", 0);
    }

    /// @param events of the shard, in the order they were committed
    record Look(Place from, Place to, List<Seen> events) {}

    /// @param received when it came, in ticks
    record Seen(EventRow row, long received) {}

    private final Statements statements;

    EventShards(Statements statements) {
        this.statements = statements;
    }

    static String consumer(int shard) {
        return "detection-" + shard;
    }

    /// What comes next for the shard, out of so many events of the whole feed; null when there is nothing new.
    Look next(int shard, int most) {
        Place from = statements.list(POSITION, EventShards::place, consumer(shard)).stream()
                .findFirst()
                .orElse(Place.START);
        Place to = behind(from, most);
        if (to == null) {
            return null;
        }
        List<Seen> events = statements.list(
                EVENTS,
                row -> new Seen(EventRow.of(row), number(row, "received_ticks")),
                from.changeXid(),
                from.eventId(),
                to.changeXid(),
                to.eventId(),
                shard);
        return new Look(from, to, events);
    }

    /// The place so many events further on, or the last there is; null when there is none.
    Place behind(Place from, int most) {
        return statements.list(END, EventShards::place, from.changeXid(), from.eventId(), most).stream()
                .findFirst()
                .orElse(null);
    }

    /// A place before everything that came since a time. Transactions end nearly in the order of their numbers, so that
    /// halving finds it.
    Place since(WireTime time) {
        List<Place> oldest = statements.list(OLDEST, EventShards::place);
        if (oldest.isEmpty()) {
            return Place.START;
        }
        long low = Long.parseLong(oldest.getFirst().changeXid());
        long high = Long.parseLong(
                statements.list(NEWEST, EventShards::place).getFirst().changeXid());
        while (low < high) {
            long middle = low + (high - low) / 2;
            List<Long> came = statements.list(CAME, row -> row.getLong(1), Long.toString(middle));
            if (came.isEmpty() || came.getFirst() >= time.ticks()) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return new Place(Long.toString(low - 1), Long.MAX_VALUE);
    }

    /// Called in the transaction that stores what came of the events.
    void move(int shard, Look look) {
        int moved = statements.update(
                MOVE,
                consumer(shard),
                look.to().changeXid(),
                look.to().eventId(),
                look.from().changeXid(),
                look.from().eventId());
        if (moved == 0) {
            throw new IllegalStateException("another replica follows shard " + shard);
        }
    }

    private static Place place(java.sql.ResultSet row) throws java.sql.SQLException {
        return new Place(row.getString("change_xid"), row.getLong("event_id"));
    }
}

package io.tocsin.alert.telemetry;

import io.tocsin.db.Statements;
import io.tocsin.observe.Measured;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The events of all tenants in the order they were committed, for those who follow them from a place they
/// remember (docs/adr/007). A follower asks for the next [Stretch], reads what it needs of it by [#WITHIN], and
/// moves on in the transaction that stores what came of it.
@ApplicationScoped
public class EventFeed {

    /// The condition that an event `e` is in a stretch; [Stretch#parameters] are its parameters.
    public static final String WITHIN = " (e.change_xid, e.event_id) > (cast(? as xid8), ?)"
            + " and (e.change_xid, e.event_id) <= (cast(? as xid8), ?) ";

    /// What the events of a stretch are to be ordered by.
    public static final String IN_ORDER = " order by e.change_xid, e.event_id ";

    private static final long LONGEST_TRANSACTION = 60 * WireTime.TICKS_PER_SECOND;

    private static final String PLACE =
            "select change_xid::text as change_xid, event_id from event_position where consumer = ?";

    private static final String OLDEST =
            "select e.change_xid::text as change_xid, e.event_id from device_event e order by e.change_xid, e.event_id limit 1";

    private static final String NEWEST = "select feed_horizon()::text as change_xid, 0 as event_id";

    private static final String CAME = """
            select received_ticks from device_event where change_xid >= cast(? as xid8) order by change_xid, event_id limit 1
            """;

    private static final String BEGIN = """
            insert into event_position (consumer, change_xid, event_id)
            values (?, feed_horizon(), 0) on conflict do nothing
            """;

    /// Wins only when nobody else moved it meanwhile.
    private static final String MOVE = """
            insert into event_position (consumer, change_xid, event_id) values (?, cast(? as xid8), ?)
            on conflict (consumer) do update set change_xid = excluded.change_xid, event_id = excluded.event_id
            where event_position.change_xid = cast(? as xid8) and event_position.event_id = ?
            """;

    private static final String BACKLOG = """
            with place as (
                select change_xid, event_id from event_position where consumer like ? order by change_xid, event_id limit 1)
            select count(*) as events, extract(epoch from now()) - min(received_ticks) / 1e7 as age
            from (select received_ticks from device_event where (change_xid, event_id) > (
                    coalesce((select change_xid from place), '0'::xid8), coalesce((select event_id from place), 0))
                order by change_xid, event_id limit ?) as waiting
            """;

    /// A place in the feed: behind this event.
    public record Place(String changeXid, long eventId) {

        public static final Place START = new Place("0", 0);

        public static Place of(ResultSet row) throws SQLException {
            return new Place(row.getString("change_xid"), row.getLong("event_id"));
        }
    }

    /// The events behind one place up to another.
    ///
    /// @param more whether there may be events behind it already
    public record Stretch(Place from, Place to, boolean more) {

        public Stretch(Place from, Place to) {
            this(from, to, false);
        }

        /// Those of [#WITHIN], then these.
        public Object[] parameters(Object... more) {
            return Stream.concat(
                            Stream.of(from.changeXid(), from.eventId(), to.changeXid(), to.eventId()), Stream.of(more))
                    .toArray();
        }
    }

    /// What a follower has not seen yet, also what an open transaction still holds back.
    ///
    /// @param events how many, [Measured#MOST] at most
    /// @param seconds how long ago the oldest of them was received, 0 without one
    public record Backlog(long events, double seconds) {}

    private final Statements statements;
    private final NextEvents next;

    EventFeed(Statements statements, NextEvents next) {
        this.statements = statements;
        this.next = next;
    }

    /// What comes next for a follower, so many events at most, fewer when they are large ([NextEvents]); empty when
    /// there is
    /// nothing new.
    public Optional<Stretch> next(String consumer, int most) {
        Place from = place(consumer);
        return next.behind(from, most).map(look -> new Stretch(from, look.to(), look.more()));
    }

    /// What comes next for a follower that builds on what others have made of the same events.
    ///
    /// @param others a pattern of `like`
    /// @param count how many they are
    public Optional<Stretch> nextBehind(String consumer, int most, String others, int count) {
        Place from = place(consumer);
        return next.behindOthers(from, most, others, count).map(look -> new Stretch(from, look.to(), look.more()));
    }

    /// How far a follower has come.
    public Place place(String consumer) {
        return statements.list(PLACE, Place::of, consumer).stream().findFirst().orElse(Place.START);
    }

    /// The place so many events further on, fewer when they are large, or the last there is; empty when there is none.
    public Optional<Place> behind(Place from, int most) {
        return next.behind(from, most).map(NextEvents.Look::to);
    }

    /// A place before everything that came since a time, and not long before. The order is that of the transactions,
    /// the time that of their rows: they differ by as much as a transaction may last, else halving finds it.
    public Place since(WireTime time) {
        List<Place> oldest = statements.list(OLDEST, Place::of);
        if (oldest.isEmpty()) {
            return Place.START;
        }
        long wanted = time.ticks() - LONGEST_TRANSACTION;
        long low = Long.parseLong(oldest.getFirst().changeXid());
        long high = Long.parseLong(statements.list(NEWEST, Place::of).getFirst().changeXid());
        while (low < high) {
            long middle = low + (high - low) / 2;
            List<Long> came = statements.list(CAME, row -> row.getLong(1), Long.toString(middle));
            if (came.isEmpty() || came.getFirst() >= wanted) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return new Place(Long.toString(low - 1), Long.MAX_VALUE);
    }

    /// Lets a follower that has none yet begin with what comes from now on.
    public void begin(String consumer) {
        statements.update(BEGIN, consumer);
    }

    /// Called in the transaction that stores what came of the stretch.
    ///
    /// @throws IllegalStateException when somebody else has moved on meanwhile: what came of it is theirs
    public void move(String consumer, Stretch stretch) {
        int moved = statements.update(
                MOVE,
                consumer,
                stretch.to().changeXid(),
                stretch.to().eventId(),
                stretch.from().changeXid(),
                stretch.from().eventId());
        if (moved == 0) {
            throw new IllegalStateException("another replica follows as " + consumer);
        }
    }

    /// @param consumer a follower, or a pattern of `like` for the one that is furthest behind
    public Backlog backlog(String consumer) {
        return statements
                .list(BACKLOG, row -> new Backlog(row.getLong("events"), row.getDouble("age")), consumer, Measured.MOST)
                .getFirst();
    }
}

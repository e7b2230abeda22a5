package io.tocsin.feed;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Finds places in a table that is followed.
@ApplicationScoped
public class FeedPlaces {

    /// The order is that of the writing transactions, the time that of their rows: they differ by as much as a
    /// transaction
    /// may last.
    private static final long LONGEST_TRANSACTION = 60 * WireTime.TICKS_PER_SECOND;

    private final Statements statements;

    FeedPlaces(Statements statements) {
        this.statements = statements;
    }

    /// The last row of each tenant that has one, none of a transaction that is open or may yet be overtaken.
    public Map<UUID, Place> ends(FeedTable table, Collection<UUID> tenants) {
        long now = WireTime.now().ticks();
        var ends = new HashMap<UUID, Place>();
        statements.list(
                """
                select t.tenant, e.change_xid::text, e.id from unnest(?::uuid[]) as t(tenant), lateral (
                    select r.change_xid, r.%2$s as id from %1$s r
                    where r.tenant_id = t.tenant and r.change_xid < feed_horizon()
                    order by r.change_xid desc, r.%2$s desc limit 1) e
                """.formatted(table.name(), table.id()),
                row -> ends.put(
                        row.getObject(1, UUID.class),
                        new Place(Long.parseUnsignedLong(row.getString(2)), row.getLong(3), now)),
                tenants);
        return ends;
    }

    /// Where whoever only wants what comes from now on begins.
    public Place end(FeedTable table, UUID tenant) {
        Place end = ends(table, List.of(tenant)).get(tenant);
        return end == null ? beginning(table, tenant) : end;
    }

    /// Before everything that is kept.
    public Place beginning(FeedTable table, UUID tenant) {
        long now = WireTime.now().ticks();
        return pruned(table, tenant).map(pruned -> pruned.asOf(now)).orElseGet(() -> Place.beginning(now));
    }

    /// Whether a row behind the place is not kept any more. Asked behind reading: what was missed is noted by then.
    public boolean hasMissed(FeedTable table, UUID tenant, Place place) {
        return pruned(table, tenant)
                .filter(pruned -> place.compareTo(pruned) < 0)
                .isPresent();
    }

    /// Behind the last row of the tenant that is not kept any more, if there was one (docs/adr/049).
    private Optional<Place> pruned(FeedTable table, UUID tenant) {
        return statements
                .list(
                        "select change_xid::text, change_id, 0::bigint from feed_pruned where tenant_id = ? and followed = ?",
                        FeedPlaces::place,
                        tenant,
                        table.name())
                .stream()
                .findFirst();
    }

    /// A place before everything that is kept of what was written since a time, and not long before. The table needs no
    /// index on its times, since they grow with the order, nearly.
    public Place since(FeedTable table, UUID tenant, WireTime time) {
        long wanted = time.ticks() - LONGEST_TRANSACTION;
        long low = 0;
        long high = horizon();
        while (low < high) {
            long middle = low + (high - low) / 2;
            Optional<Place> next = next(table, tenant, middle);
            if (next.isEmpty() || next.get().ticks() >= wanted) {
                high = middle;
            } else {
                low = next.get().position() + 1;
            }
        }
        Place beginning = beginning(table, tenant);
        Place found = low == 0 ? beginning : new Place(low - 1, Long.MAX_VALUE, beginning.ticks());
        return found.compareTo(beginning) < 0 ? beginning : found;
    }

    private long horizon() {
        return statements
                .list("select feed_horizon()::text", row -> Long.parseUnsignedLong(row.getString(1)))
                .getFirst();
    }

    private Optional<Place> next(FeedTable table, UUID tenant, long position) {
        return statements
                .list(
                        "select r.change_xid::text, r.%2$s, r.%3$s from %1$s r where r.tenant_id = ? and r.change_xid >= ?::xid8 order by r.change_xid, r.%2$s limit 1"
                                .formatted(table.name(), table.id(), table.ticks()),
                        FeedPlaces::place,
                        tenant,
                        Long.toUnsignedString(position))
                .stream()
                .findFirst();
    }

    /// The place behind a row whose first three columns are position, id and ticks.
    public static Place place(ResultSet row) throws SQLException {
        return new Place(Long.parseUnsignedLong(row.getString(1)), row.getLong(2), row.getLong(3));
    }
}

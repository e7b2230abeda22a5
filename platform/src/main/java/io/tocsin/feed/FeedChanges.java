package io.tocsin.feed;

import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/// The rows a service's triggers write for each change (docs/adr/030): who, what kind, when; in one order.
public final class FeedChanges {

    /// The order is the column's: a bare `change_xid` would be the text that is selected, in which 10 comes before 9.
    private static final String AFTER = """
            select c.change_xid::text, c.%2$s, c.%3$s, c.feed, c.subject, c.kind from %1$s c
            where c.tenant_id = ? and (c.change_xid, c.%2$s) > (?::xid8, ?) and c.change_xid < feed_horizon()
            order by c.change_xid, c.%2$s limit ?
            """;

    /// Off the primary key, one look for each tenant.
    private static final String TENANTS = """
            with recursive known(tenant_id) as (
                (select tenant_id from %1$s order by tenant_id limit 1)
                union all
                select (select c.tenant_id from %1$s c where c.tenant_id > known.tenant_id order by c.tenant_id limit 1)
                from known where known.tenant_id is not null)
            select tenant_id from known where tenant_id is not null
            """;

    private static final String PRUNE = """
            with oldest as (
                select change_xid, %2$s as id, %3$s as ticks from %1$s where tenant_id = ?
                order by change_xid, %2$s limit ?)
            delete from %1$s c using oldest o
            where c.tenant_id = ? and c.change_xid = o.change_xid and c.%2$s = o.id and o.ticks < ?
            """;

    private static final String HELD = """
            select count(*) as changes, extract(epoch from now()) - min(held.ticks) / 1e7 as age
            from unnest(?::uuid[]) as t(tenant), lateral (
                select %3$s as ticks from %1$s
                where tenant_id = t.tenant and change_xid >= feed_horizon() limit ?) as held
            """;

    private final Statements statements;
    private final FeedTable table;

    public FeedChanges(Statements statements, FeedTable table) {
        this.statements = statements;
        this.table = table;
    }

    /// A row.
    ///
    /// @param feed of what it is a change
    /// @param subject the id of that
    /// @param time when its transaction began
    public record Row(Place place, String feed, String subject, String kind, WireTime time) {}

    /// What was looked at.
    ///
    /// @param end behind the last of them
    /// @param more whether there was more than asked for
    public record Look(List<Row> rows, Place end, boolean more) {}

    /// Changes that are committed and that no reader sees yet, since a writer that began before them is still open.
    public record Held(long changes, double age) {}

    public Look after(UUID tenant, Place place, int most) {
        long now = WireTime.now().ticks();
        List<Row> rows = statements.list(of(AFTER), FeedChanges::row, tenant, place.positionText(), place.id(), most);
        Place last = rows.isEmpty() ? place : rows.getLast().place();
        boolean more = rows.size() == most;
        return new Look(rows, more ? last : last.asOf(now), more);
    }

    /// Those that have any.
    public List<UUID> tenants() {
        return statements.list(of(TENANTS), row -> row.getObject(1, UUID.class));
    }

    /// Forgets a tenant's oldest.
    ///
    /// @return how many, `most` when there may be more
    public int prune(UUID tenant, WireTime before, int most) {
        return statements.update(of(PRUNE), tenant, most, tenant, before.ticks());
    }

    public Held held(int most) {
        return statements
                .list(of(HELD), row -> new Held(row.getLong("changes"), row.getDouble("age")), tenants(), most)
                .getFirst();
    }

    private String of(String sql) {
        return sql.formatted(table.name(), table.id(), table.ticks());
    }

    private static Row row(ResultSet row) throws SQLException {
        Place place = FeedPlaces.place(row);
        return new Row(
                place,
                row.getString("feed"),
                row.getString("subject"),
                row.getString("kind"),
                new WireTime(place.ticks()));
    }
}

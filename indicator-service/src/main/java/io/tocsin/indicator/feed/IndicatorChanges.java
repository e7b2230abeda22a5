package io.tocsin.indicator.feed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedSlice;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reads indicators for those who hold them somewhere else.
@ApplicationScoped
class IndicatorChanges {

    static final FeedTable TABLE = new FeedTable("indicator_change", "change_id", "at_ticks");

    private static final String COLUMNS = """
            i.id, i.indicator_type, i.indicator_value, i.action, i.title, i.generate_alert, i.expiration_ticks, i.educate_url,
            i.bypass_duration_hours
            """;

    private static final String CHANGES = """
            select c.change_xid::text, c.change_id, c.at_ticks, c.indicator_id,
            """ + COLUMNS + """
            from (select * from indicator_change
                  where tenant_id = ? and (change_xid, change_id) > (?::xid8, ?) and change_xid < feed_horizon()
                  order by change_xid, change_id limit ?) c
            left join indicator i on i.tenant_id = c.tenant_id and i.id = c.indicator_id
                and (i.expiration_ticks is null or i.expiration_ticks > ?) and %s
            order by c.change_xid, c.change_id
            """;

    private static final String IN_FORCE = "select " + COLUMNS + """
            from indicator i
            where i.tenant_id = ? and i.id > ? and (i.expiration_ticks is null or i.expiration_ticks > ?) and %s
            order by i.id limit ?
            """;

    private static final String VALUES = """
            select i.indicator_type || ':' || i.match_value, i.id from indicator i
            where i.tenant_id = ? and i.id > ? and (i.expiration_ticks is null or i.expiration_ticks > ?) and %s
            order by i.id limit ?
            """;

    private final Statements statements;

    IndicatorChanges(Statements statements) {
        this.statements = statements;
    }

    private record Row(Place place, long id, FeedLine line) {}

    /// The changes behind a place; of several of one indicator the last alone, as it is now. What is not for the
    /// recipient is
    /// told as removed: it may have been his before.
    @Transactional
    FeedSlice read(UUID tenant, Recipient recipient, Place after, int most) {
        long now = WireTime.now().ticks();
        List<Object> parameters = new ArrayList<>(List.of(tenant, after.positionText(), after.id(), most, now));
        parameters.addAll(recipient.parameters());
        List<Row> rows = statements.list(
                CHANGES.formatted(recipient.condition()), IndicatorChanges::change, parameters.toArray());
        Map<Long, Row> last = new LinkedHashMap<>();
        rows.forEach(row -> {
            last.remove(row.id());
            last.put(row.id(), row);
        });
        boolean more = rows.size() == most;
        Place end = rows.isEmpty() ? after : rows.getLast().place();
        return new FeedSlice(
                last.values().stream().map(IndicatorChanges::entry).toList(), more ? end : end.asOf(now), more);
    }

    private static FeedSlice.Entry entry(Row row) {
        return row.line() == null
                ? new FeedSlice.Entry(row.place(), "indicator.removed", cursor -> FeedLine.removed(cursor, row.id()))
                : new FeedSlice.Entry(
                        row.place(), "indicator.set", cursor -> row.line().at(cursor));
    }

    private static Row change(ResultSet row) throws SQLException {
        return new Row(
                new Place(Long.parseUnsignedLong(row.getString(1)), row.getLong(2), row.getLong(3)),
                row.getLong(4),
                row.getString("indicator_type") == null ? null : line(row));
    }

    /// A page of what is in force, behind an id.
    @Transactional
    List<FeedLine> inForce(UUID tenant, Recipient recipient, long after, int most) {
        return statements.list(
                IN_FORCE.formatted(recipient.condition()),
                IndicatorChanges::line,
                parameters(tenant, recipient, after, most));
    }

    record Value(String text, long id) {}

    /// A page of `type:value`, in the form that is compared.
    @Transactional
    List<Value> values(UUID tenant, Recipient recipient, long after, int most) {
        return statements.list(
                VALUES.formatted(recipient.condition()),
                row -> new Value(row.getString(1), row.getLong(2)),
                parameters(tenant, recipient, after, most));
    }

    /// How many there are.
    @Transactional
    long count(UUID tenant, Recipient recipient) {
        List<Object> parameters = new ArrayList<>(List.of(tenant, WireTime.now().ticks()));
        parameters.addAll(recipient.parameters());
        return statements
                .list(
                        "select count(*) from indicator i where i.tenant_id = ?"
                                + " and (i.expiration_ticks is null or i.expiration_ticks > ?) and "
                                + recipient.condition(),
                        row -> row.getLong(1),
                        parameters.toArray())
                .getFirst();
    }

    private static Object[] parameters(UUID tenant, Recipient recipient, long after, int most) {
        List<Object> parameters =
                new ArrayList<>(List.of(tenant, after, WireTime.now().ticks()));
        parameters.addAll(recipient.parameters());
        parameters.add(most);
        return parameters.toArray();
    }

    private static FeedLine line(ResultSet row) throws SQLException {
        return new FeedLine(
                null,
                "Set",
                row.getString("id"),
                row.getString("indicator_type"),
                row.getString("indicator_value"),
                row.getString("action"),
                row.getString("title"),
                row.getBoolean("generate_alert") ? true : null,
                Statements.time(row, "expiration_ticks"),
                row.getString("educate_url"),
                (Integer) row.getObject("bypass_duration_hours"));
    }

    /// Below the horizon everything is over and seen by whoever reads from now on; what comes later is a change.
    Place beginning() {
        long horizon = statements
                .list("select feed_horizon()::text", row -> Long.parseUnsignedLong(row.getString(1)))
                .getFirst();
        return new Place(horizon - 1, Long.MAX_VALUE / 10, WireTime.now().ticks());
    }
}

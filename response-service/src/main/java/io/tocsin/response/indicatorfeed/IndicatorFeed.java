package io.tocsin.response.indicatorfeed;

import io.tocsin.db.Statements;
import io.tocsin.feed.FeedEpochs;
import io.tocsin.feed.FeedPulse;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Reads indicator-service's tables (docs/adr/001). The cursor remembers the snapshot's beginning, so a change made
/// while
/// the snapshot was read comes again afterwards rather than never.
@ApplicationScoped
public class IndicatorFeed {

    private static final int PAGE = 1_000;

    private static final String SNAPSHOT = """
            select i.id, 'Set' as change, i.indicator_type, i.indicator_value, i.action, i.title, i.generate_alert,
                i.expiration_ticks, i.educate_url, i.bypass_duration_hours
            from indicator i
            where i.tenant_id = ? and i.id > ? and (i.expiration_ticks is null or i.expiration_ticks > ?) and %s
            order by i.id limit ?
            """.formatted(Recipient.CONDITION);

    /// Always one row, which says whether something behind the cursor was forgotten (docs/adr/064); so nothing can be
    /// between the look for changes and the look for that.
    private static final String CHANGES = """
            select p.tenant_id is not null as missed, c.indicator_id as id,
                case when i.id is null then 'Remove' else 'Set' end as change, i.indicator_type,
                i.indicator_value, i.action, i.title, i.generate_alert, i.expiration_ticks, i.educate_url,
                i.bypass_duration_hours, c.change_xid::text, c.change_id
            from (select ?::uuid as tenant_id) t
            left join feed_pruned p on p.tenant_id = t.tenant_id and p.followed = 'indicator_change'
                and (p.change_xid, p.change_id) > (?::xid8, ?)
            left join (select * from indicator_change
                  where tenant_id = ? and (change_xid, change_id) > (?::xid8, ?)
                    and change_xid < feed_horizon()
                  order by change_xid, change_id limit ?) c on true
            left join indicator i on i.tenant_id = c.tenant_id and i.id = c.indicator_id
                and (i.expiration_ticks is null or i.expiration_ticks > ?) and %s
            order by c.change_xid, c.change_id
            """.formatted(Recipient.CONDITION);

    private static final FeedTable CHANGED = new FeedTable("indicator_change", "change_id", "at_ticks");

    private final Statements statements;
    private final FeedEpochs epochs;
    private final FeedPulse pulse;

    IndicatorFeed(Statements statements, FeedEpochs epochs, FeedPulse pulse) {
        this.statements = statements;
        this.epochs = epochs;
        this.pulse = pulse;
    }

    /// Waits for a change behind a place; however many wait, a replica asks once in a while for all of them.
    ///
    /// @return whether there may be one; false when the patience is over
    public boolean awaitChange(UUID tenant, FeedCursor from, Duration patience) throws InterruptedException {
        var behind = new Place(Long.parseUnsignedLong(from.xid()), from.change(), 0);
        return pulse.await(CHANGED, tenant, behind, patience);
    }

    /// Where a cursor points now; without one, the beginning of everything in force. Asked once a request: whoever goes
    /// on from a place that was right keeps its epoch, so that a restore in between is noticed by the next request.
    ///
    /// @throws ProblemException `ResyncRequired` when the history it was given out in was lost
    @Transactional
    public FeedCursor place(String cursor) {
        if (cursor == null) {
            return beginning();
        }
        FeedCursor asked = FeedCursor.of(cursor);
        return epochs.goingOn(asked.epoch(), asked.xid())
                .map(asked::in)
                .orElseThrow(() -> new ProblemException(ResponseProblem.RESYNC_REQUIRED));
    }

    /// Behind all there is now: for who has it in another form.
    @Transactional
    public FeedCursor present() {
        FeedCursor now = beginning();
        return new FeedCursor(now.epoch(), now.xid(), now.change(), -1);
    }

    /// The page behind a place.
    ///
    /// @throws ProblemException `ResyncRequired` when changes behind it are forgotten
    @Transactional
    public IndicatorPage page(UUID tenant, Recipient recipient, FeedCursor from) {
        return from.inSnapshot() ? snapshot(tenant, recipient, from) : changes(tenant, recipient, from);
    }

    /// Every transaction below the snapshot's xmin is over and seen; what comes later is a change.
    private FeedCursor beginning() {
        String xmin = statements
                .list("select (feed_horizon()::text::numeric - 1)::text", row -> row.getString(1))
                .getFirst();
        return new FeedCursor(epochs.present(), xmin, Long.MAX_VALUE / 10, 0);
    }

    private IndicatorPage snapshot(UUID tenant, Recipient recipient, FeedCursor from) {
        List<IndicatorPage.Change> rows = statements.list(
                SNAPSHOT,
                IndicatorFeed::change,
                tenant,
                from.after(),
                WireTime.now().ticks(),
                recipient.id(),
                recipient.groupName(),
                recipient.everything(),
                PAGE);
        long after = rows.size() < PAGE ? -1 : Long.parseLong(rows.getLast().id());
        return new IndicatorPage(new FeedCursor(from.epoch(), from.xid(), from.change(), after).toString(), rows);
    }

    private IndicatorPage changes(UUID tenant, Recipient recipient, FeedCursor from) {
        record Row(boolean missed, String xid, long id, IndicatorPage.Change change) {}
        List<Row> rows = statements.list(
                CHANGES,
                row -> new Row(
                        row.getBoolean("missed"),
                        row.getString("change_xid"),
                        row.getLong("change_id"),
                        row.getString("id") == null ? null : change(row)),
                tenant,
                from.xid(),
                from.change(),
                tenant,
                from.xid(),
                from.change(),
                PAGE,
                WireTime.now().ticks(),
                recipient.id(),
                recipient.groupName(),
                recipient.everything());
        if (rows.getFirst().missed()) {
            throw new ProblemException(ResponseProblem.RESYNC_REQUIRED);
        }
        if (rows.getFirst().change() == null) {
            return new IndicatorPage(from.toString(), List.of());
        }
        Map<String, IndicatorPage.Change> latest = new LinkedHashMap<>();
        rows.forEach(row -> latest.put(row.change().id(), row.change()));
        Row last = rows.getLast();
        return new IndicatorPage(
                new FeedCursor(from.epoch(), last.xid(), last.id(), -1).toString(), List.copyOf(latest.values()));
    }

    private static IndicatorPage.Change change(ResultSet row) throws SQLException {
        if (row.getString("change").equals("Remove")) {
            return new IndicatorPage.Change(
                    "Remove", row.getString("id"), null, null, null, null, null, null, null, null);
        }
        return new IndicatorPage.Change(
                "Set",
                row.getString("id"),
                row.getString("indicator_type"),
                row.getString("indicator_value"),
                row.getString("action"),
                row.getString("title"),
                row.getBoolean("generate_alert"),
                Statements.time(row, "expiration_ticks"),
                row.getString("educate_url"),
                (Integer) row.getObject("bypass_duration_hours"));
    }
}

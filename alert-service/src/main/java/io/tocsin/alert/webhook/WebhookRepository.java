package io.tocsin.alert.webhook;

import static io.tocsin.db.Statements.number;
import static io.tocsin.db.Statements.time;

import io.tocsin.alert.feed.Change;
import io.tocsin.db.Statements;
import io.tocsin.feed.Place;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Knows the tables of webhooks. Whoever sends has claimed the webhook, and each step asks whether the claim still
/// holds: what an owner changes meanwhile ends it.
@ApplicationScoped
class WebhookRepository {

    private static final String COLUMNS = "tenant_id, id, name, url, kinds, alert_filter, incident_filter, batch_size,"
            + " state, reason, secret, previous_secret, previous_until_ticks, change_xid::text as position, change_id,"
            + " place_ticks, attempts, refused_change, refusals, failing_since_ticks, redelivers, last_status, last_error,"
            + " last_delivery_ticks, created_by, created_ticks, last_updated_by, last_update_ticks";

    private static final String INSERT = """
            insert into webhook (tenant_id, id, name, url, kinds, alert_filter, incident_filter, batch_size, state, secret,
                change_xid, change_id, place_ticks, created_by, created_ticks, last_updated_by, last_update_ticks)
            values (?, ?, ?, ?, cast(? as text[]), ?, ?, ?, 'Active', ?, ?::xid8, ?, ?, ?, ?, ?, ?)
            """;

    private static final String CHANGE = """
            update webhook set name = ?, url = ?, kinds = cast(? as text[]), alert_filter = ?, incident_filter = ?,
                batch_size = ?, last_updated_by = ?, last_update_ticks = greatest(last_update_ticks + 1, ?),
                claimed_by = null, claimed_until = null, attempts = 0, refused_change = null, refusals = 0, next_at = now()
            where tenant_id = ? and id = ?
            """;

    private static final String STATE = """
            update webhook set state = ?, reason = ?, attempts = 0, refused_change = null, refusals = 0,
                failing_since_ticks = null, next_at = now(), last_updated_by = ?, last_update_ticks = greatest(last_update_ticks + 1, ?),
                claimed_by = null, claimed_until = null
            where tenant_id = ? and id = ? and state = any(?)
            """;

    private static final String PLACE = """
            update webhook set change_xid = ?::xid8, change_id = ?, place_ticks = ?, attempts = 0,
                refused_change = null, refusals = 0, failing_since_ticks = null, next_at = now(), last_updated_by = ?,
                last_update_ticks = greatest(last_update_ticks + 1, ?), claimed_by = null, claimed_until = null
            where tenant_id = ? and id = ?
            """;

    private static final String SECRET = """
            update webhook set previous_secret = secret, previous_until_ticks = ?, secret = ?, last_updated_by = ?,
                last_update_ticks = greatest(last_update_ticks + 1, ?), claimed_by = null, claimed_until = null
            where tenant_id = ? and id = ?
            """;

    /// Of every tenant one, then of every tenant a second: many webhooks of one come before nobody else's.
    private static final String DUE = """
            select tenant_id, id from (
                select w.tenant_id, w.id, w.next_at, row_number() over (partition by w.tenant_id order by w.next_at) as turn
                from webhook w
                where w.state = 'Active' and w.next_at <= now() and (w.claimed_until is null or w.claimed_until < now())
                  and (w.redelivers or exists (
                    select from feed_change c
                    where c.tenant_id = w.tenant_id and (c.change_xid, c.change_id) > (w.change_xid, w.change_id)
                      and c.change_xid < feed_horizon()))) as due
            order by turn, next_at limit ?
            """;

    private static final String CLAIM = """
            update webhook set claimed_by = ?, claimed_until = now() + cast(? as interval)
            where tenant_id = ? and id = ? and state = 'Active' and next_at <= now()
              and (claimed_until is null or claimed_until < now())
            """;

    private static final String MOVE = """
            update webhook set change_xid = ?::xid8, change_id = ?, place_ticks = ?,
                claimed_until = now() + cast(? as interval)
            where tenant_id = ? and id = ? and claimed_by = ? and state = 'Active'
            """;

    private static final String ANSWERED = """
            update webhook set change_xid = ?::xid8, change_id = ?, place_ticks = ?,
                claimed_until = now() + cast(? as interval), attempts = 0, refused_change = null, refusals = 0,
                failing_since_ticks = null, last_status = ?,
                last_error = ?, last_delivery_ticks = coalesce(cast(? as bigint), last_delivery_ticks)
            where tenant_id = ? and id = ? and claimed_by = ? and state = 'Active'
            """;

    private static final String FAILED = """
            update webhook set attempts = attempts + 1, failing_since_ticks = coalesce(failing_since_ticks, ?),
                last_status = ?, last_error = ?, next_at = now() + cast(? as interval),
                claimed_until = now() + cast(? as interval)
            where tenant_id = ? and id = ? and claimed_by = ? and state = 'Active'
            """;

    private static final String REFUSED = """
            update webhook set refusals = case when refused_change = ? then refusals + 1 else 1 end, refused_change = ?
            where tenant_id = ? and id = ? and claimed_by = ? and state = 'Active'
            """;

    private static final String SUSPEND = """
            update webhook set state = 'Suspended', reason = ?, claimed_by = null, claimed_until = null,
                last_updated_by = 'alert-service', last_update_ticks = greatest(last_update_ticks + 1, ?)
            where tenant_id = ? and id = ? and claimed_by = ? and state = 'Active'
            """;

    private static final String DEAD = """
            insert into webhook_dead_letter (tenant_id, webhook_id, change_xid, change_id, changed_ticks, feed, subject, kind,
                attempts, last_status, last_error, dead_ticks)
            values (?, ?, ?::xid8, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """;

    private static final String LETTERS = """
            select id, change_xid::text as position, change_id, changed_ticks, feed, subject, kind, attempts, last_status,
                last_error, dead_ticks, wanted
            from webhook_dead_letter where tenant_id = ? and webhook_id = ? and id > ? and (wanted or not ?)
            order by id limit ?
            """;

    private static final String WANT = """
            update webhook_dead_letter set wanted = true
            where tenant_id = ? and webhook_id = ? and (cast(? as bigint) is null or id = ?)
            """;

    private static final String SETTLED = """
            update webhook w set redelivers = exists (
                select from webhook_dead_letter d where d.tenant_id = w.tenant_id and d.webhook_id = w.id and d.wanted)
            where w.tenant_id = ? and w.id = ? and w.claimed_by = ?
            """;

    private final Statements statements;

    WebhookRepository(Statements statements) {
        this.statements = statements;
    }

    /// A webhook that has something to send.
    record Due(UUID tenant, UUID id) {}

    List<Webhook> all(UUID tenant) {
        return statements.list(
                "select " + COLUMNS + " from webhook where tenant_id = ? order by created_ticks, id",
                WebhookRepository::webhook,
                tenant);
    }

    Optional<Webhook> find(UUID tenant, UUID id) {
        return statements
                .list(
                        "select " + COLUMNS + " from webhook where tenant_id = ? and id = ?",
                        WebhookRepository::webhook,
                        tenant,
                        id)
                .stream()
                .findFirst();
    }

    Optional<Webhook> claimed(UUID tenant, UUID id, UUID claim) {
        return statements
                .list(
                        "select " + COLUMNS
                                + " from webhook where tenant_id = ? and id = ? and claimed_by = ? and state = 'Active'",
                        WebhookRepository::webhook,
                        tenant,
                        id,
                        claim)
                .stream()
                .findFirst();
    }

    /// One change of the tenant's webhooks at a time, so that what the audit says was before was so.
    void lock(UUID tenant) {
        statements.list(
                "select pg_advisory_xact_lock(hashtext('alert.webhook'), hashtext(cast(? as text)))::text",
                row -> row.getString(1),
                tenant);
    }

    void insert(Webhook it) {
        statements.update(
                INSERT,
                it.tenant(),
                it.id(),
                it.name(),
                it.url(),
                it.kinds(),
                it.alertFilter(),
                it.incidentFilter(),
                it.batchSize(),
                it.secret(),
                it.place().positionText(),
                it.place().id(),
                it.place().ticks(),
                it.createdBy(),
                it.created().ticks(),
                it.lastUpdatedBy(),
                it.lastUpdate().ticks());
    }

    void change(Webhook it) {
        statements.update(
                CHANGE,
                it.name(),
                it.url(),
                it.kinds(),
                it.alertFilter(),
                it.incidentFilter(),
                it.batchSize(),
                it.lastUpdatedBy(),
                it.lastUpdate().ticks(),
                it.tenant(),
                it.id());
    }

    void delete(UUID tenant, UUID id) {
        statements.update("delete from webhook where tenant_id = ? and id = ?", tenant, id);
    }

    /// Whether it was in one of the states before.
    boolean become(UUID tenant, UUID id, Webhook.State state, String actor, List<Webhook.State> before) {
        return statements.update(
                        STATE, state.name(), null, actor, WireTime.now().ticks(), tenant, id, before)
                == 1;
    }

    void place(UUID tenant, UUID id, Place place, String actor) {
        statements.update(
                PLACE,
                place.positionText(),
                place.id(),
                place.ticks(),
                actor,
                WireTime.now().ticks(),
                tenant,
                id);
    }

    void secret(UUID tenant, UUID id, byte[] secret, WireTime previousUntil, String actor) {
        statements.update(
                SECRET, previousUntil.ticks(), secret, actor, WireTime.now().ticks(), tenant, id);
    }

    List<Due> due(int most) {
        return statements.list(
                DUE, row -> new Due(row.getObject("tenant_id", UUID.class), row.getObject("id", UUID.class)), most);
    }

    boolean claim(Due due, UUID claim, Duration patience) {
        return statements.update(CLAIM, claim, interval(patience), due.tenant(), due.id()) == 1;
    }

    void release(UUID tenant, UUID id, UUID claim) {
        statements.update(
                "update webhook set claimed_by = null, claimed_until = null where tenant_id = ? and id = ? and claimed_by = ?",
                tenant,
                id,
                claim);
    }

    /// Nothing had to be sent up to there.
    boolean move(UUID tenant, UUID id, UUID claim, Place place, Duration patience) {
        return statements.update(
                        MOVE, place.positionText(), place.id(), place.ticks(), interval(patience), tenant, id, claim)
                == 1;
    }

    /// The target has answered for good what was sent up to there.
    ///
    /// @param error why it took it for nothing, or null when it took it
    boolean answered(UUID tenant, UUID id, UUID claim, Place place, int status, String error, Duration patience) {
        return statements.update(
                        ANSWERED,
                        place.positionText(),
                        place.id(),
                        place.ticks(),
                        interval(patience),
                        status,
                        error,
                        error == null ? (Long) WireTime.now().ticks() : null,
                        tenant,
                        id,
                        claim)
                == 1;
    }

    boolean failed(UUID tenant, UUID id, UUID claim, int status, String error, Duration delay, Duration patience) {
        return statements.update(
                        FAILED,
                        WireTime.now().ticks(),
                        status == 0 ? null : (Integer) status,
                        error,
                        interval(delay),
                        interval(patience),
                        tenant,
                        id,
                        claim)
                == 1;
    }

    /// A change was refused that was sent alone.
    void refused(UUID tenant, UUID id, UUID claim, Change change) {
        long number = change.place().id();
        statements.update(REFUSED, number, number, tenant, id, claim);
    }

    boolean suspend(UUID tenant, UUID id, UUID claim, String reason) {
        return statements.update(SUSPEND, reason, WireTime.now().ticks(), tenant, id, claim) == 1;
    }

    void bury(UUID tenant, UUID id, Change change, int attempts, int status, String error) {
        statements.update(
                DEAD,
                tenant,
                id,
                change.place().positionText(),
                change.place().id(),
                change.time().ticks(),
                change.of().name(),
                change.subject(),
                change.kind(),
                attempts,
                status,
                error,
                WireTime.now().ticks());
    }

    List<DeadLetter> letters(UUID tenant, UUID webhook, long after, boolean wanted, int most) {
        return statements.list(LETTERS, WebhookRepository::letter, tenant, webhook, after, wanted, most);
    }

    Map<UUID, Long> lettersByWebhook(UUID tenant) {
        var counts = new HashMap<UUID, Long>();
        statements.list(
                "select webhook_id, count(*) as letters from webhook_dead_letter where tenant_id = ? group by webhook_id",
                row -> counts.put(row.getObject("webhook_id", UUID.class), row.getLong("letters")),
                tenant);
        return counts;
    }

    long letters(UUID tenant, UUID webhook) {
        return statements
                .list(
                        "select count(*) from webhook_dead_letter where tenant_id = ? and webhook_id = ?",
                        row -> row.getLong(1),
                        tenant,
                        webhook)
                .getFirst();
    }

    /// @param letter its id, or null for all
    /// @return how many are wanted now
    int want(UUID tenant, UUID webhook, Long letter) {
        int wanted = statements.update(WANT, tenant, webhook, letter, letter);
        if (wanted > 0) {
            statements.update(
                    "update webhook set redelivers = true, next_at = now() where tenant_id = ? and id = ?",
                    tenant,
                    webhook);
        }
        return wanted;
    }

    void forget(UUID tenant, UUID webhook, long letter) {
        statements.update(
                "delete from webhook_dead_letter where tenant_id = ? and webhook_id = ? and id = ?",
                tenant,
                webhook,
                letter);
    }

    void refusedAgain(UUID tenant, UUID webhook, long letter, int status, String error) {
        statements.update("""
                update webhook_dead_letter set wanted = false, attempts = attempts + 1, last_status = ?, last_error = ?
                where tenant_id = ? and webhook_id = ? and id = ?
                """, status, error, tenant, webhook, letter);
    }

    /// Notes whether letters are still wanted; within a transaction. The row is locked first: who wants one meanwhile
    /// has
    /// either ended, and is seen, or comes after.
    void settled(UUID tenant, UUID webhook, UUID claim) {
        statements.list(
                "select id from webhook where tenant_id = ? and id = ? for update",
                row -> row.getObject(1, UUID.class),
                tenant,
                webhook);
        statements.update(SETTLED, tenant, webhook, claim);
    }

    private static DeadLetter letter(ResultSet row) throws SQLException {
        var place = new Place(
                Long.parseUnsignedLong(row.getString("position")),
                row.getLong("change_id"),
                row.getLong("changed_ticks"));
        Long status = number(row, "last_status");
        return new DeadLetter(
                row.getLong("id"),
                new Change(
                        place,
                        Change.Subject.valueOf(row.getString("feed")),
                        row.getString("subject"),
                        row.getString("kind"),
                        time(row, "changed_ticks")),
                row.getInt("attempts"),
                status == null ? null : status.intValue(),
                row.getString("last_error"),
                time(row, "dead_ticks"),
                row.getBoolean("wanted"));
    }

    private static Webhook webhook(ResultSet row) throws SQLException {
        Long status = number(row, "last_status");
        return new Webhook(
                row.getObject("tenant_id", UUID.class),
                row.getObject("id", UUID.class),
                row.getString("name"),
                row.getString("url"),
                Statements.strings(row, "kinds").stream().map(Kind::valueOf).toList(),
                row.getString("alert_filter"),
                row.getString("incident_filter"),
                row.getInt("batch_size"),
                Webhook.State.valueOf(row.getString("state")),
                row.getString("reason"),
                row.getBytes("secret"),
                row.getBytes("previous_secret"),
                time(row, "previous_until_ticks"),
                new Place(
                        Long.parseUnsignedLong(row.getString("position")),
                        row.getLong("change_id"),
                        row.getLong("place_ticks")),
                row.getInt("attempts"),
                number(row, "refused_change"),
                row.getInt("refusals"),
                time(row, "failing_since_ticks"),
                row.getBoolean("redelivers"),
                status == null ? null : status.intValue(),
                row.getString("last_error"),
                time(row, "last_delivery_ticks"),
                row.getString("created_by"),
                time(row, "created_ticks"),
                row.getString("last_updated_by"),
                time(row, "last_update_ticks"));
    }

    private static String interval(Duration duration) {
        return duration.toMillis() + " milliseconds";
    }
}

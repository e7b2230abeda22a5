package io.tocsin.response.machine;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.db.Statements;
import io.tocsin.feed.FeedChanges;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Keeps the risk score of machines: how serious the worst open alert of each is. It follows alert-service's feed
/// (docs/adr/030), and looks now and then at all that have a score, since alerts go in other ways than by a change.
@ApplicationScoped
class RiskJob implements Job {

    private static final FeedTable ALERTS = new FeedTable("feed_change", "change_id", "changed_ticks");
    private static final int AT_ONCE = 500;
    private static final int MOST_LOOKS = 20;
    private static final long BETWEEN_WHOLES = Duration.ofMinutes(10).toNanos();

    private static final String SCORE = """
            coalesce((select case a.severity when 'UnSpecified' then 'Informational' else a.severity end from alert a
                where a.tenant_id = m.tenant_id and a.machine_id = m.id and a.status <> 'Resolved'
                order by array_position(array['High', 'Medium', 'Low', 'Informational', 'UnSpecified'], a.severity) limit 1),
                'None')
            """;

    private static final String OF_ALERTS = """
            update machine m set risk_score = s.score
            from (select m.tenant_id, m.id, %s as score from machine m where m.tenant_id = ? and m.id in (
                select machine_id from alert where tenant_id = ? and id = any(?) and machine_id is not null)) as s
            where m.tenant_id = s.tenant_id and m.id = s.id and m.risk_score <> s.score
            """.formatted(SCORE);

    private static final String OF_ALL = """
            update machine m set risk_score = s.score
            from (select m.tenant_id, m.id, %s as score from machine m where m.tenant_id = ? and (m.risk_score <> 'None'
                or exists (select from alert a where a.tenant_id = m.tenant_id and a.machine_id = m.id and a.status <> 'Resolved'))) as s
            where m.tenant_id = s.tenant_id and m.id = s.id and m.risk_score <> s.score
            """.formatted(SCORE);

    private final Statements statements;
    private final FeedChanges changes;
    private final FeedPlaces places;
    private long whole = System.nanoTime() - BETWEEN_WHOLES;

    RiskJob(Statements statements, FeedPlaces places) {
        this.statements = statements;
        this.changes = new FeedChanges(statements, ALERTS);
        this.places = places;
    }

    @Override
    public String name() {
        return "machine-risk";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        boolean all = System.nanoTime() - whole >= BETWEEN_WHOLES;
        for (UUID tenant : changes.tenants()) {
            try {
                if (all) {
                    statements.update(OF_ALL, tenant);
                }
                for (int look = 0; look < MOST_LOOKS; look++) {
                    if (!QuarkusTransaction.requiringNew().call(() -> look(tenant))) {
                        break;
                    }
                }
            } catch (RuntimeException failed) {
                Log.warnf(failed, "Risk scores were not kept, will be tried again: tenant=%s", tenant);
            }
        }
        if (all) {
            whole = System.nanoTime();
        }
    }

    /// Whether there is more. A tenant that is new here begins with all its machines as they are now.
    private boolean look(UUID tenant) {
        Optional<Place> from = place(tenant);
        if (from.isEmpty()) {
            begin(tenant, places.end(ALERTS, tenant));
            statements.update(OF_ALL, tenant);
            return false;
        }
        FeedChanges.Look look = changes.after(tenant, from.get(), AT_ONCE);
        if (look.rows().isEmpty() || !move(tenant, from.get(), look.end())) {
            return false;
        }
        List<String> alerts = look.rows().stream()
                .filter(row -> row.feed().equals("Alert"))
                .map(FeedChanges.Row::subject)
                .distinct()
                .toList();
        if (!alerts.isEmpty()) {
            statements.update(OF_ALERTS, tenant, tenant, alerts);
        }
        return look.more();
    }

    private Optional<Place> place(UUID tenant) {
        return statements
                .list(
                        "select change_xid::text, change_id, 0::bigint from machine_risk_position where tenant_id = ?",
                        FeedPlaces::place,
                        tenant)
                .stream()
                .findFirst();
    }

    private void begin(UUID tenant, Place place) {
        statements.update(
                "insert into machine_risk_position (tenant_id, change_xid, change_id) values (?, ?::xid8, ?) on conflict do nothing",
                tenant,
                place.positionText(),
                place.id());
    }

    /// Whether nobody else has moved on meanwhile.
    private boolean move(UUID tenant, Place from, Place to) {
        return statements.update("""
                update machine_risk_position set change_xid = ?::xid8, change_id = ?
                where tenant_id = ? and change_xid = ?::xid8 and change_id = ?
                """, to.positionText(), to.id(), tenant, from.positionText(), from.id()) == 1;
    }
}

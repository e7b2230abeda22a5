package io.tocsin.alert.retention;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

/// Forgets, a few hundred a transaction, alerts that are too old, and then incidents that are and hold none any more.
@ApplicationScoped
class PruneAlerts implements Job {

    private static final int BATCH = 500;
    private static final int MOST_BATCHES = 1_000;
    private static final Duration SHORTEST = Duration.ofDays(31);

    /// Off an index, one look for each tenant.
    private static final String TENANTS = """
            with recursive known(tenant_id) as (
                (select tenant_id from incident order by tenant_id limit 1)
                union all
                select (select i.tenant_id from incident i where i.tenant_id > known.tenant_id order by i.tenant_id limit 1)
                from known where known.tenant_id is not null)
            select tenant_id from known where tenant_id is not null
            """;

    /// Evidence, comments and links go with them.
    static final String ALERTS = """
            delete from alert where tenant_id = ? and correlated and id = any(array(
                select id from alert where tenant_id = ? and last_update_ticks < ? and correlated
                order by last_update_ticks limit ? for update skip locked))
            """;

    /// One that another still points to stays until that one is gone.
    static final String INCIDENTS = """
            with gone as (
                delete from incident where incident_id = any(array(
                    select i.incident_id from incident i where i.tenant_id = ? and i.last_update_ticks < ?
                        and not exists (select from alert a where a.tenant_id = i.tenant_id and a.incident_id = i.incident_id)
                        and not exists (select from incident r where r.redirect_incident_id = i.incident_id)
                    order by i.last_update_ticks limit ? for update skip locked))
                returning tenant_id, incident_id),
            spots as (
                delete from alert_link_spot s using gone g where s.tenant_id = g.tenant_id and s.incident_id = g.incident_id),
            apart as (
                delete from incident_apart p using gone g
                where p.tenant_id = g.tenant_id and (p.incident_id = g.incident_id or p.other_incident_id = g.incident_id))
            select count(*) from gone
            """;

    private final RetentionConfig config;
    private final Statements statements;
    private final Counter alerts;
    private final Counter incidents;

    PruneAlerts(RetentionConfig config, Statements statements, MeterRegistry registry) {
        this.config = config;
        this.statements = statements;
        this.alerts = counter(registry, "tocsin.retention.alerts", "Alerts forgotten because they were too old");
        this.incidents =
                counter(registry, "tocsin.retention.incidents", "Incidents forgotten with the last of their alerts");
    }

    private static Counter counter(MeterRegistry registry, String name, String meaning) {
        return Counter.builder(name).description(meaning).register(registry);
    }

    @Override
    public String name() {
        return "alert-retention";
    }

    @Override
    public Duration pause() {
        return config.prunePause();
    }

    @Override
    public void run() {
        for (UUID tenant : statements.list(TENANTS, row -> row.getObject(1, UUID.class))) {
            Duration kept = config.tenants().getOrDefault(tenant, config.alerts());
            Instant before = Instant.now().minus(kept.compareTo(SHORTEST) < 0 ? SHORTEST : kept);
            forget(tenant, WireTime.of(before).ticks());
        }
    }

    private void forget(UUID tenant, long before) {
        long goneAlerts = all(() -> statements.update(ALERTS, tenant, tenant, before, BATCH));
        long goneIncidents = all(() -> statements
                .list(INCIDENTS, row -> row.getInt(1), tenant, before, BATCH)
                .getFirst());
        alerts.increment(goneAlerts);
        incidents.increment(goneIncidents);
        if (goneAlerts + goneIncidents > 0) {
            Log.infof("Alerts forgotten: tenant=%s alerts=%d incidents=%d", tenant, goneAlerts, goneIncidents);
        }
    }

    private interface Round {
        int forget();
    }

    private static long all(Round round) {
        long gone = 0;
        for (int batch = 0; batch < MOST_BATCHES; batch++) {
            int now = QuarkusTransaction.requiringNew().call(round::forget);
            gone += now;
            if (now < BATCH) {
                break;
            }
        }
        return gone;
    }
}

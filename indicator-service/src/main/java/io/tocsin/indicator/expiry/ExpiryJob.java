package io.tocsin.indicator.expiry;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.EntityManager;
import jakarta.transaction.Transactional;
import java.time.Duration;

/// Lists and matching leave an expired indicator out by themselves, to the second; this deletes it and writes the
/// change
/// row and the audit row, all in one statement, so that endpoints learn it within a second.
@ApplicationScoped
class ExpiryJob implements Job {

    private static final int BATCH = 1_000;

    private static final String EXPIRE = """
            with gone as (
                delete from indicator where (tenant_id, id) in (
                    select tenant_id, id from indicator where expiration_ticks <= ? limit ? for update skip locked)
                returning tenant_id, id, indicator_type, match_value, action, creation_ticks),
            told as (
                insert into indicator_change (tenant_id, indicator_id, removed, at_ticks)
                select tenant_id, id, true, ? from gone),
            recorded as (
                insert into audit_entry (tenant_id, service, at_ticks, actor, action, target, detail)
                select tenant_id, 'indicator-service', ?, 'indicator-service', 'indicator.expire', id::text,
                    jsonb_build_object('type', indicator_type, 'value', match_value, 'action', action,
                        'createdTicks', creation_ticks) from gone)
            select count(*) from gone
            """;

    private final EntityManager entities;
    private final Counter removed;

    ExpiryJob(EntityManager entities, MeterRegistry registry) {
        this.entities = entities;
        this.removed = Counter.builder("tocsin.indicators.expired")
                .description("Indicators removed because their time was over")
                .register(registry);
    }

    @Override
    public String name() {
        return "indicator-expiry";
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }

    @Override
    public void run() {
        int expired = BATCH;
        while (expired == BATCH) {
            expired = expire();
            removed.increment(expired);
        }
    }

    @Transactional
    int expire() {
        long now = WireTime.now().ticks();
        return ((Number) entities.createNativeQuery(EXPIRE)
                        .setParameter(1, now)
                        .setParameter(2, BATCH)
                        .setParameter(3, now)
                        .setParameter(4, now)
                        .getSingleResult())
                .intValue();
    }
}

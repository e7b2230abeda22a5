package io.tocsin.alert.detection;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Forgets which alert took a tree's hits when no further hit could go there, and the rates of long ago.
@ApplicationScoped
class PruneDetections implements Job {

    private static final int BATCH = 5_000;
    private static final int MOST_BATCHES = 100;
    private static final long RATES_KEPT_HOURS = 48;
    private static final long HITS_KEPT_SECONDS = Duration.ofDays(30).toSeconds();

    private static final String HITS = """
            delete from detection_hit where (tenant_id, rule_id, machine_id, subject) in (
                select tenant_id, rule_id, machine_id, subject from detection_hit where told_ticks < ?
                order by told_ticks limit ?)
            """;

    private static final String RATES = "delete from detection_rate where tenant_id is not null and hour < ?";

    private static final String MACHINE_RATES = """
            delete from detection_machine_rate where tenant_id is not null and hour < ?
            """;

    private final Statements statements;

    PruneDetections(Statements statements) {
        this.statements = statements;
    }

    @Override
    public String name() {
        return "detection-retention";
    }

    @Override
    public Duration pause() {
        return Duration.ofHours(1);
    }

    @Override
    public void run() {
        WireTime now = WireTime.now();
        QuarkusTransaction.requiringNew().run(() -> statements.update(RATES, Hits.hour(now) - RATES_KEPT_HOURS));
        QuarkusTransaction.requiringNew()
                .run(() -> statements.update(MACHINE_RATES, Hits.hour(now) - RATES_KEPT_HOURS));
        long before = now.plusSeconds(-HITS_KEPT_SECONDS).ticks();
        for (int batch = 0; batch < MOST_BATCHES; batch++) {
            if (QuarkusTransaction.requiringNew().call(() -> statements.update(HITS, before, BATCH)) < BATCH) {
                return;
            }
        }
    }
}

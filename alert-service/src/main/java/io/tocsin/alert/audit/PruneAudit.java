package io.tocsin.alert.audit;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Removes batches older than the retention, whole ones and from the oldest end, so that the rest of the chain still
/// verifies from its anchor.
@ApplicationScoped
class PruneAudit implements Job {

    private static final int MOST_BATCHES = 1_000;

    private final AuditRepository audit;
    private final Duration retention;

    PruneAudit(AuditRepository audit, @ConfigProperty(name = "tocsin.audit.retention") Duration retention) {
        this.audit = audit;
        this.retention = retention;
    }

    @Override
    public String name() {
        return "audit-retention";
    }

    @Override
    public Duration pause() {
        return Duration.ofHours(1);
    }

    @Override
    public void run() {
        long before = WireTime.of(Instant.now().minus(retention)).ticks();
        QuarkusTransaction.requiringNew()
                .call(() -> audit.tenantsSealedBefore(before))
                .forEach(tenant -> {
                    long gone = 0;
                    for (int batch = 0; batch < MOST_BATCHES; batch++) {
                        long rows = QuarkusTransaction.requiringNew().call(() -> audit.prune(tenant, before));
                        if (rows == 0) {
                            break;
                        }
                        gone += rows;
                    }
                    Log.infof("Audit pruned: tenant=%s entries=%d", tenant, gone);
                });
    }
}

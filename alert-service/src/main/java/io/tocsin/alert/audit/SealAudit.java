package io.tocsin.alert.audit;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.UUID;

/// Appends what was committed since its last run to each tenant's chain. Writers of the audit never wait for it.
@ApplicationScoped
class SealAudit implements Job {

    /// Rows of one transaction.
    private static final int BATCH = 5_000;

    private static final int MOST_BATCHES = 20;

    private final AuditRepository audit;

    SealAudit(AuditRepository audit) {
        this.audit = audit;
    }

    @Override
    public String name() {
        return "audit-sealer";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        int sealed = BATCH;
        for (int batch = 0; batch < MOST_BATCHES && sealed == BATCH; batch++) {
            sealed = QuarkusTransaction.requiringNew().call(this::sealBatch);
        }
    }

    private int sealBatch() {
        if (!audit.lockSealer()) {
            return 0;
        }
        List<AuditEntry> entries = audit.unsealed(BATCH);
        if (entries.isEmpty()) {
            return 0;
        }
        entries.stream()
                .collect(groupingBy(AuditEntry::tenant, LinkedHashMap::new, toList()))
                .forEach(this::append);
        audit.moveSealerTo(entries.getLast());
        return entries.size();
    }

    private void append(UUID tenant, List<AuditEntry> entries) {
        var head = audit.head(tenant);
        long seq = head.map(AuditRepository.Head::seq).orElse(0L) + 1;
        byte[] previous = head.map(AuditRepository.Head::hash).orElseGet(SealHash::none);
        var hash = new SealHash(previous, seq);
        entries.forEach(hash::add);
        AuditEntry last = entries.getLast();
        audit.add(new Seal(
                tenant, seq, last.changeXid(), last.id(), entries.size(), WireTime.now(), previous, hash.value()));
    }
}

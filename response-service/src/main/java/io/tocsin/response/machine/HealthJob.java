package io.tocsin.response.machine;

import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Says of machines that have given no sign of life for long that they are `Inactive`; the next one makes them
/// `Active`.
@ApplicationScoped
class HealthJob implements Job {

    private static final int AT_ONCE = 1_000;

    private static final String QUIET = """
            update machine set health_status = 'Inactive' where (tenant_id, id) in (
                select tenant_id, id from machine where health_status = 'Active' and last_seen_ticks < ?
                limit ? for no key update skip locked)
            """;

    private final Statements statements;
    private final MachineConfig config;

    HealthJob(Statements statements, MachineConfig config) {
        this.statements = statements;
        this.config = config;
    }

    @Override
    public String name() {
        return "machine-health";
    }

    @Override
    public Duration pause() {
        return Duration.ofMinutes(1);
    }

    @Override
    public void run() {
        long before =
                WireTime.now().plusSeconds(-config.inactiveAfter().toSeconds()).ticks();
        int quiet = AT_ONCE;
        while (quiet == AT_ONCE) {
            quiet = statements.update(QUIET, before, AT_ONCE);
        }
    }
}

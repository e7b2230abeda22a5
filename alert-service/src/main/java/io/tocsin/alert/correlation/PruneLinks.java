package io.tocsin.alert.correlation;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;

/// Forgets, in batches, what links alerts once it is too old to: spots of incidents that are closed, and which machines
/// had which values and addresses on days long past (docs/adr/028).
@ApplicationScoped
class PruneLinks implements Job {

    private static final int BATCH = 5_000;
    private static final int MOST_BATCHES = 1_000;
    private static final Duration SHORTEST = Duration.ofDays(30);

    private static final List<String> OLD_DAYS = List.of(
            "delete from alert_link_day where ctid = any(array(select ctid from alert_link_day where day < ? limit ?))",
            "delete from alert_link_machine where ctid = any(array("
                    + "select ctid from alert_link_machine where coalesce(last_day, first_day) < ? limit ?))",
            "delete from machine_address where ctid = any(array(select ctid from machine_address where day < ? limit ?))");

    /// An open incident still counts what it holds.
    private static final String OLD_SPOTS = """
            delete from alert_link_spot where ctid = any(array(
                select s.ctid from alert_link_spot s
                where s.to_ticks < ? and not exists (
                    select from incident i where i.tenant_id = s.tenant_id and i.incident_id = s.incident_id
                        and i.status in ('Active', 'InProgress'))
                limit ?))
            """;

    private final CorrelationConfig config;
    private final Statements statements;

    PruneLinks(CorrelationConfig config, Statements statements) {
        this.config = config;
        this.statements = statements;
    }

    @Override
    public String name() {
        return "link-retention";
    }

    @Override
    public Duration pause() {
        return Duration.ofHours(6);
    }

    @Override
    public void run() {
        Duration kept = config.retention().compareTo(SHORTEST) < 0 ? SHORTEST : config.retention();
        Instant before = Instant.now().minus(kept);
        int day = (int) before.atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay();
        OLD_DAYS.forEach(sql -> forget(sql, day));
        forget(OLD_SPOTS, WireTime.of(before).ticks());
    }

    private void forget(String sql, Object before) {
        for (int batch = 0; batch < MOST_BATCHES; batch++) {
            if (QuarkusTransaction.requiringNew().call(() -> statements.update(sql, before, BATCH)) < BATCH) {
                return;
            }
        }
    }
}

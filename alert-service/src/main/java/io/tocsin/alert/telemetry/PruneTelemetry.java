package io.tocsin.alert.telemetry;

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
import java.time.ZoneOffset;

/// Drops days of events that are older than the retention, one a transaction, and then the processes nobody spoke of
/// since.
@ApplicationScoped
class PruneTelemetry implements Job {

    private static final int MOST_DAYS = 100;
    private static final int MOST_BATCHES = 200;
    private static final int BATCH = 5_000;

    private static final String PROCESSES = """
            delete from process where (tenant_id, machine_id, process_key) in (
                select tenant_id, machine_id, process_key from process where received_ticks < ?
                order by received_ticks limit ?)
            """;

    private final TelemetryConfig config;
    private final Statements statements;
    private final Counter days;

    PruneTelemetry(TelemetryConfig config, Statements statements, MeterRegistry registry) {
        this.config = config;
        this.statements = statements;
        this.days = Counter.builder("tocsin.telemetry.days.dropped")
                .description("Days of events dropped because they were older than the retention")
                .register(registry);
    }

    @Override
    public String name() {
        return "telemetry-retention";
    }

    @Override
    public Duration pause() {
        return config.prunePause();
    }

    @Override
    public void run() {
        Instant before = Instant.now().minus(config.kept());
        long ticks = WireTime.of(before).ticks();
        for (int dropped = 0; dropped < MOST_DAYS; dropped++) {
            String gone = QuarkusTransaction.requiringNew().call(() -> dropDayOlderThan(before));
            if (gone == null) {
                break;
            }
            days.increment();
            Log.infof("A day of events was dropped: partition=%s", gone);
        }
        for (int batch = 0; batch < MOST_BATCHES; batch++) {
            if (QuarkusTransaction.requiringNew().call(() -> statements.update(PROCESSES, ticks, BATCH)) < BATCH) {
                break;
            }
        }
    }

    private String dropDayOlderThan(Instant before) {
        return statements
                .list("select expire_device_event_day(?)", row -> row.getString(1), before.atOffset(ZoneOffset.UTC))
                .getFirst();
    }
}

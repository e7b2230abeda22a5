package io.tocsin.alert.telemetry;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.db.Statements;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Drops whole days of telemetry when their retention is over.
@ApplicationScoped
class ExpireTelemetry implements Job {

    private static final int MOST_DAYS = 100;

    private final Statements statements;
    private final Duration retention;
    private final Duration pause;

    ExpireTelemetry(
            Statements statements,
            @ConfigProperty(name = "tocsin.telemetry.retention") Duration retention,
            @ConfigProperty(name = "tocsin.telemetry.expire-every") Duration pause) {
        this.statements = statements;
        this.retention = retention;
        this.pause = pause;
    }

    @Override
    public String name() {
        return "telemetry-retention";
    }

    @Override
    public Duration pause() {
        return pause;
    }

    @Override
    public void run() {
        var before = Instant.now().minus(retention).atOffset(ZoneOffset.UTC);
        for (int days = 0; days < MOST_DAYS; days++) {
            String gone = QuarkusTransaction.requiringNew()
                    .call(() -> statements
                            .list("select expire_device_event_day(?)", row -> row.getString(1), before)
                            .getFirst());
            if (gone == null) {
                return;
            }
            Log.infof("Telemetry of a day expired: table=%s retention=%s", gone, retention);
        }
    }
}

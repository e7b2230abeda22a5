package io.tocsin.alert.correlation;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Wakes alerts whose telemetry comes after them.
@ApplicationScoped
class AwaitedTelemetryJob implements Job {

    private static final int MOST_BATCHES = 50;

    private final CorrelationConfig config;
    private final AwaitedTelemetry telemetry;

    AwaitedTelemetryJob(CorrelationConfig config, AwaitedTelemetry telemetry) {
        this.config = config;
        this.telemetry = telemetry;
    }

    @Override
    public String name() {
        return "awaited-telemetry";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        telemetry.begin();
        int batches = 0;
        while (batches++ < MOST_BATCHES && telemetry.follow(config.eventBatch())) {
            // until nothing is new
        }
    }
}

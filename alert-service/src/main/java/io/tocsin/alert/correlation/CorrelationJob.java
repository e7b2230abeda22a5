package io.tocsin.alert.correlation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

@ApplicationScoped
class CorrelationJob implements Job {

    private static final int MOST_BATCHES = 50;

    private final CorrelationConfig config;
    private final CorrelationService service;
    private final Counter failures;

    CorrelationJob(CorrelationConfig config, CorrelationService service, MeterRegistry registry) {
        this.config = config;
        this.service = service;
        this.failures = Counter.builder("tocsin.correlation.failures")
                .description("Alerts that could not be correlated; each is tried again")
                .register(registry);
    }

    @Override
    public String name() {
        return "correlation";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    /// A tenant whose alerts cannot be correlated holds no other tenant back, nor an alert another alert.
    @Override
    public void run() {
        for (UUID tenant : service.tenants()) {
            try {
                correlate(tenant);
            } catch (RuntimeException failed) {
                Log.debugf(failed, "Correlation of a batch failed, trying one by one: tenant=%s", tenant);
                correlateOneByOne(tenant);
            }
        }
    }

    private void correlate(UUID tenant) {
        int batches = 0;
        while (batches++ < MOST_BATCHES && service.correlate(tenant, config.batch()) == config.batch()) {
            // until nothing waits, or the other tenants have waited long enough
        }
    }

    private void correlateOneByOne(UUID tenant) {
        for (String alert : service.waitingIds(tenant, config.batch())) {
            try {
                service.correlateAlone(tenant, alert);
            } catch (RuntimeException failed) {
                failures.increment();
                Log.warnf(failed, "Correlation failed, will be tried again: tenant=%s alert=%s", tenant, alert);
            }
        }
    }
}

package io.tocsin.alert.correlation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/// Correlates whatever waits, one batch of each tenant in turn, so that a tenant with much to do keeps none
/// waiting longer than a batch. [SecondCorrelationJob] does the same beside it, mostly on another replica.
@ApplicationScoped
class CorrelationJob implements Job {

    private static final Duration LOOK = Duration.ofMillis(50);

    /// Looks in vain after which a replica stops lingering.
    private static final int IDLE_LOOKS = 20;

    private final CorrelationConfig config;
    private final CorrelationService service;
    private final AskedAgain askedAgain;
    private final Counter failures;

    CorrelationJob(
            CorrelationConfig config, CorrelationService service, AskedAgain askedAgain, MeterRegistry registry) {
        this.config = config;
        this.service = service;
        this.askedAgain = askedAgain;
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

    @Override
    public void run() {
        long end = System.nanoTime() + config.linger().toNanos();
        var failed = new HashSet<UUID>();
        var unanswered = new HashSet<UUID>();
        int idle = isWorkDone(failed, unanswered) ? 0 : IDLE_LOOKS;
        while (idle < IDLE_LOOKS
                && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            if (isWorkDone(failed, unanswered)) {
                idle = 0;
            } else {
                idle++;
                rest();
            }
        }
    }

    /// A tenant whose alerts cannot be correlated holds no other tenant back, nor an alert another alert;
    /// it is tried again with the next run.
    private boolean isWorkDone(Set<UUID> failed, Set<UUID> unanswered) {
        boolean some = isAskedAgain(unanswered);
        List<UUID> tenants = service.tenants();
        Collections.shuffle(tenants);
        for (UUID tenant : tenants) {
            try {
                some |= !failed.contains(tenant)
                        && correlateNew(tenant) + service.correlate(tenant, config.batch()) > 0;
            } catch (RuntimeException failure) {
                Log.debugf(failure, "Correlation of a batch failed, trying one by one: tenant=%s", tenant);
                failed.add(tenant);
                correlateOneByOne(tenant);
            }
        }
        return some;
    }

    /// What fails is tried again with the next run, and holds no alert back.
    private boolean isAskedAgain(Set<UUID> unanswered) {
        boolean some = false;
        for (UUID tenant : askedAgain.tenants()) {
            try {
                some |= !unanswered.contains(tenant) && askedAgain.ask(tenant);
            } catch (RuntimeException failure) {
                unanswered.add(tenant);
                Log.warnf(failure, "What is common was not asked again, will be tried again: tenant=%s", tenant);
            }
        }
        return some;
    }

    /// What fails here is left to who works under the lock from the beginning.
    private int correlateNew(UUID tenant) {
        try {
            return service.correlateNew(tenant, config.batch());
        } catch (RuntimeException failure) {
            Log.debugf(failure, "Correlation of new alerts failed: tenant=%s", tenant);
            return 0;
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

    private static void rest() {
        try {
            Thread.sleep(LOOK);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

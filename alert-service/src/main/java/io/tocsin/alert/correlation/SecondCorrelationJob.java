package io.tocsin.alert.correlation;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// The same work once more, so that two replicas share it, or two threads of one: each reads what is known of alerts of
/// its own, also of one tenant, and they decide for a tenant one after the other.
@ApplicationScoped
class SecondCorrelationJob implements Job {

    private final CorrelationJob first;

    SecondCorrelationJob(CorrelationJob first) {
        this.first = first;
    }

    @Override
    public String name() {
        return "correlation-2";
    }

    @Override
    public Duration pause() {
        return first.pause();
    }

    @Override
    public void run() {
        first.run();
    }
}

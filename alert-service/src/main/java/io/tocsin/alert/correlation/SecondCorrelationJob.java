package io.tocsin.alert.correlation;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// The same work once more, so that two replicas share it, or two threads of one: a tenant is correlated by
/// one of them at a time, and the other takes the next.
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

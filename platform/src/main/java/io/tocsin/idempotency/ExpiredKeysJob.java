package io.tocsin.idempotency;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Forgets keys after their time.
@ApplicationScoped
class ExpiredKeysJob implements Job {

    private final KeyRepository keys;

    ExpiredKeysJob(KeyRepository keys) {
        this.keys = keys;
    }

    @Override
    public String name() {
        return "expired-idempotency-keys";
    }

    @Override
    public Duration pause() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run() {
        keys.removeExpired();
    }
}

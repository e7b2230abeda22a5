package io.tocsin.limits;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;

/// Removes the buckets nobody uses any more.
@ApplicationScoped
class ExpiredBucketsJob implements Job {

    private final BucketRepository buckets;

    ExpiredBucketsJob(BucketRepository buckets) {
        this.buckets = buckets;
    }

    @Override
    public String name() {
        return "expired-rate-buckets";
    }

    @Override
    public Duration pause() {
        return Duration.ofMinutes(10);
    }

    @Override
    public void run() {
        try {
            buckets.removeExpired();
        } catch (SQLException failed) {
            throw new IllegalStateException("expired buckets could not be removed", failed);
        }
    }
}

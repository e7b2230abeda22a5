package io.tocsin.limits;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Asks the database, but not for longer than a caller should wait for leave to call: a pool without a free connection
/// or
/// a database that does not answer must not make every call wait twice.
@ApplicationScoped
@Startup // its meters are there before the first request is
class PatientLeases implements Leases {

    private static final Duration PATIENCE = Duration.ofMillis(500);

    private final BucketRepository buckets;
    private final Timer answered;
    private final Timer unanswered;

    PatientLeases(BucketRepository buckets, MeterRegistry registry) {
        this.buckets = buckets;
        this.answered = timer("answered", registry);
        this.unanswered = timer("unanswered", registry);
    }

    private static Timer timer(String outcome, MeterRegistry registry) {
        return Timer.builder("tocsin.limits.lease")
                .description(
                        "Questions to the database for leave to call; unanswered ones are counted by the replica alone")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public Answer lease(Bucket bucket, CallLimit limit, long wanted) throws SQLException {
        long begin = System.nanoTime();
        Timer outcome = unanswered;
        try {
            Answer answer = ask(bucket, limit, wanted);
            outcome = answered;
            return answer;
        } finally {
            outcome.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
        }
    }

    private Answer ask(Bucket bucket, CallLimit limit, long wanted) throws SQLException {
        var question = new FutureTask<Answer>(() -> buckets.lease(bucket, limit, wanted));
        Thread.ofVirtual().name("call-limit").start(question);
        try {
            return question.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException tooLong) {
            throw new SQLException("no answer within " + PATIENCE.toMillis() + " ms", tooLong);
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof SQLException cause ? cause : new SQLException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted", stopped);
        }
    }
}

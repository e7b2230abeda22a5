package io.tocsin.admission;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.RetryLaterException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The seats of a replica. A request that is worked on has one; so the connections of the pool are wanted by a few
/// times
/// their number at most. A request that only waits, for its client or for something to happen, gives its seat up
/// meanwhile ([Seat#away]).
@ApplicationScoped
public class Admission {

    private final Semaphore seats;
    private final int all;
    private final LongAdder refused = new LongAdder();
    private final AtomicInteger waiting = new AtomicInteger();
    private final Turns turns = new Turns(System.nanoTime());
    private final int longestQueue;
    private final long patience;

    @Inject
    Admission(
            AdmissionConfig config,
            @ConfigProperty(name = "quarkus.datasource.jdbc.max-size", defaultValue = "20") int connections) {
        this(
                connections * config.perConnection(),
                connections * config.perConnection() * config.queue(),
                config.patience().toNanos());
    }

    Admission(int seats, int longestQueue, long patienceNanos) {
        this.all = seats;
        this.seats = new Semaphore(seats, true); // or who comes and goes all the time would starve who waits
        this.longestQueue = longestQueue;
        this.patience = patienceNanos;
    }

    /// A seat, at once or within the patience.
    ///
    /// @throws RetryLaterException 503 when the queue is full or the patience at its end
    Seat enter() {
        if (!atOnce() && !queued()) {
            refused.increment();
            throw new RetryLaterException(
                    CommonProblem.SERVICE_UNAVAILABLE,
                    "The service has too much to do; retry the request",
                    turns.secondsToWait(System.nanoTime()));
        }
        turns.enter(System.nanoTime());
        return new Seat(seats);
    }

    private boolean atOnce() {
        return !seats.hasQueuedThreads() && seats.tryAcquire();
    }

    private boolean queued() {
        if (waiting.incrementAndGet() > longestQueue) {
            waiting.decrementAndGet();
            return false;
        }
        try {
            return seats.tryAcquire(patience, TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting.decrementAndGet();
        }
    }

    int all() {
        return all;
    }

    int taken() {
        return all - seats.availablePermits();
    }

    /// How many wait for their first seat; who comes back to one waits too, but is not counted.
    int waiting() {
        return waiting.get();
    }

    int longestQueue() {
        return longestQueue;
    }

    long refused() {
        return refused.sum();
    }
}

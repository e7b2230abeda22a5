package io.tocsin.alert.ingest;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tocsin.identity.DeviceScope;
import io.tocsin.wire.RetryLaterException;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/// Gathers alerts that are sent one by one, so that many share a transaction and its wait for the disk
/// (docs/adr/029). Each sender is answered when its own is committed. The queue is bounded: what finds no place
/// in it is refused at once.
@ApplicationScoped
class AlertQueue {

    private static final long LOOK_MILLIS = 250;
    private static final Duration DRAIN = Duration.ofSeconds(10);

    private final AlertBatches batches;
    private final ArrayBlockingQueue<WaitingSubmission> queue;
    private final int capacity;
    private final long longest;
    private final AtomicLong length = new AtomicLong();
    private final int most;
    private final int writers;
    private final long pace;
    private final long patience;
    private final List<Thread> threads = new ArrayList<>();
    private final LongAdder refused = new LongAdder();
    private final DistributionSummary sizes;
    private final Timer times;
    private volatile boolean stopping;

    AlertQueue(AlertBatches batches, IntakeConfig config, MeterRegistry registry) {
        this.batches = batches;
        this.capacity = config.queue();
        this.queue = new ArrayBlockingQueue<>(capacity);
        this.longest = config.queueCharacters();
        this.most = config.batch();
        this.writers = config.writers();
        this.pace = config.pace().toNanos();
        this.patience = config.patience().toNanos();
        this.sizes = DistributionSummary.builder("tocsin.alerts.batch")
                .description("Single alerts stored by one transaction")
                .register(registry);
        this.times = Timer.builder("tocsin.alerts.write")
                .description("How long the transactions of single alerts take")
                .register(registry);
        Gauge.builder("tocsin.alerts.queue", queue, ArrayBlockingQueue::size)
                .description("Single alerts that wait to be stored")
                .register(registry);
        Gauge.builder("tocsin.alerts.queue.limit", () -> capacity)
                .description("Single alerts that may wait to be stored at most")
                .register(registry);
        Gauge.builder("tocsin.alerts.queue.characters", length, AtomicLong::get)
                .description("Characters of the single alerts that wait or are being stored")
                .register(registry);
        Gauge.builder("tocsin.alerts.queue.characters.limit", () -> longest)
                .description("Characters single alerts may have together while they wait and are stored")
                .register(registry);
        FunctionCounter.builder("tocsin.alerts.queue.refused", refused, LongAdder::sum)
                .description("Single alerts answered 503 because the queue was full or their turn did not come")
                .register(registry);
    }

    void onStart(@Observes StartupEvent started) {
        for (int writer = 0; writer < writers; writer++) {
            threads.add(
                    Thread.ofPlatform().daemon().name("alert-writer-" + writer).start(this::write));
        }
    }

    /// Stores it together with others and returns when that is committed, or has failed.
    ///
    /// @throws RetryLaterException 503 when the queue is full or the wait too long
    Outcome store(Submission submission) {
        int characters = submission.alert().length();
        var waiting = new WaitingSubmission(submission);
        try {
            if (length.addAndGet(characters) > longest || stopping || !queue.offer(waiting)) {
                throw WaitingSubmission.tooMuchToDo();
            }
            return waiting.await(patience);
        } catch (RetryLaterException late) {
            queue.remove(waiting);
            refused.increment();
            throw late;
        } finally {
            length.addAndGet(-characters);
        }
    }

    private void write() {
        var batch = new ArrayList<WaitingSubmission>(most);
        long begun = System.nanoTime() - pace;
        try {
            while (true) {
                WaitingSubmission first = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (first == null) {
                    if (stopping) {
                        return;
                    }
                    continue;
                }
                await(begun + pace);
                begun = System.nanoTime();
                batch.add(first);
                queue.drainTo(batch, most - 1);
                batch.removeIf(waiting -> !waiting.take());
                store(batch);
                batch.clear();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void store(List<WaitingSubmission> batch) {
        if (batch.isEmpty()) {
            return;
        }
        sizes.record(batch.size());
        List<Outcome> outcomes;
        try {
            outcomes = times.record(() -> batches.store(
                    DeviceScope.EVERYTHING,
                    batch.stream().map(WaitingSubmission::submission).toList()));
        } catch (RuntimeException | Error fault) {
            var failed = new Outcome.Failed(new IllegalStateException("alerts could not be stored", fault));
            batch.forEach(waiting -> waiting.answer(failed));
            return;
        }
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).answer(outcomes.get(i));
        }
    }

    /// What is in the queue is stored and answered before the pool of connections closes.
    void onStop(@Observes @Priority(1) ShutdownEvent stop) {
        stopping = true;
        for (Thread thread : threads) {
            try {
                thread.join(DRAIN);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }
}

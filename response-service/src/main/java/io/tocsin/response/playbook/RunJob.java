package io.tocsin.response.playbook;

import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.tocsin.jobs.Job;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Takes runs on, some at once, and waits for none of them: a slow one holds its own place alone, no tenant holds all,
/// and a replica whose places are taken leaves the rest to the others. What a replica has taken and did not give back
/// is
/// due again when its lease ends.
@ApplicationScoped
class RunJob implements Job {

    private static final int MOST_LOOKS = 50;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final RunEngine engine;
    private final RunWorker worker;
    private final int most;
    private final Duration lease;
    private final Semaphore places;
    private final Map<UUID, Integer> busy = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile boolean stopping;

    RunJob(RunEngine engine, RunWorker worker, PlaybookConfig config) {
        this.engine = engine;
        this.worker = worker;
        this.lease = config.lease();
        check(lease, config.timeout());
        this.most = Math.max(1, config.atOnce());
        this.places = new Semaphore(most);
    }

    /// What is called while a run is held is answered, or given up, before somebody else takes it over.
    ///
    /// @throws IllegalStateException when it would not be
    static void check(Duration lease, Duration timeout) {
        if (lease.compareTo(timeout.multipliedBy(4)) < 0) {
            throw new IllegalStateException(
                    "tocsin.playbooks.lease (%s) must be at least four times tocsin.playbooks.timeout (%s)"
                            .formatted(lease, timeout));
        }
    }

    @Override
    public String name() {
        return "playbook-runs";
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(250);
    }

    @Override
    public void run() {
        for (int look = 0; look < MOST_LOOKS && !stopping; look++) {
            int free = places.availablePermits();
            if (free == 0) {
                return;
            }
            List<RunRepository.Due> due = engine.takeDue(free, share(), Map.copyOf(busy), lease);
            if (due.isEmpty()) {
                return;
            }
            due.forEach(this::begin);
        }
    }

    /// Of one tenant: a quarter of the places is for the others.
    private int share() {
        return Math.max(1, most - most / 4);
    }

    private void begin(RunRepository.Due due) {
        places.acquireUninterruptibly();
        busy.merge(due.tenant(), 1, Integer::sum);
        try {
            threads.execute(() -> work(due));
        } catch (RejectedExecutionException stopped) { // its lease ends, and another replica goes on
            done(due);
        }
    }

    private void work(RunRepository.Due due) {
        try {
            worker.work(due);
        } catch (RuntimeException failed) {
            Log.warnf(failed, "A run was not taken on, will be tried again: id=%s", due.id());
        } finally {
            done(due);
        }
    }

    private void done(RunRepository.Due due) {
        busy.computeIfPresent(due.tenant(), (tenant, runs) -> runs == 1 ? null : runs - 1);
        places.release();
    }

    /// Those it has begun come to the end of their look while there is a database.
    void onStop(@Observes @Priority(1) ShutdownEvent stop) {
        stopping = true;
        threads.shutdown();
        try {
            if (!threads.awaitTermination(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

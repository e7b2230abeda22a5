package io.tocsin.response.playbook;

import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Takes runs on, some at once; one that fails holds up no other. What a replica has taken and did not give back is due
/// again when its lease ends.
@ApplicationScoped
class RunJob implements Job {

    private static final int MOST_LOOKS = 50;

    private final RunEngine engine;
    private final RunWorker worker;
    private final PlaybookConfig config;

    RunJob(RunEngine engine, RunWorker worker, PlaybookConfig config) {
        this.engine = engine;
        this.worker = worker;
        this.config = config;
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
        for (int look = 0; look < MOST_LOOKS; look++) {
            List<RunRepository.Due> due = engine.takeDue(config.atOnce(), RunWorker.LEASE);
            if (due.isEmpty()) {
                return;
            }
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                threads.invokeAll(due.stream()
                        .<Callable<Void>>map(it -> () -> {
                            work(it);
                            return null;
                        })
                        .toList());
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void work(RunRepository.Due due) {
        try {
            worker.work(due);
        } catch (RuntimeException failed) {
            Log.warnf(failed, "A run was not taken on, will be tried again: id=%s", due.id());
        }
    }
}

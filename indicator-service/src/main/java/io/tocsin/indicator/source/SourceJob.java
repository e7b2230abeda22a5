package io.tocsin.indicator.source;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Lets lists be fetched when they are due, some at once.
@ApplicationScoped
class SourceJob implements Job {

    private static final String RUNS = "tocsin.indicators.source.runs";

    private final SourceConfig config;
    private final SourceRepository sources;
    private final SourcePull pull;
    private final Counter well;
    private final Counter failed;

    SourceJob(SourceConfig config, SourceRepository sources, SourcePull pull, MeterRegistry registry) {
        this.config = config;
        this.sources = sources;
        this.pull = pull;
        this.well = counter(registry, "success");
        this.failed = counter(registry, "failure");
    }

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder(RUNS)
                .description("Lists of indicators that were fetched, by how it ended")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public String name() {
        return "indicator-sources";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        sources.begin();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> workers = new ArrayList<>();
            for (int i = 0; i < config.atOnce(); i++) {
                workers.add(threads.submit(this::work));
            }
            for (Future<?> worker : workers) {
                worker.get();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException failed) {
            throw new IllegalStateException(failed.getCause());
        }
        sources.prune(WireTime.now().plusSeconds(-config.retention().toSeconds()));
    }

    private void work() {
        while (pull.goesOn()) {
            var claim = sources.claim(config.longest());
            if (claim.isEmpty()) {
                return;
            }
            switch (pull.run(claim.get())) {
                case WELL -> well.increment();
                case FAILED -> failed.increment();
                case LEFT -> {}
            }
        }
    }
}

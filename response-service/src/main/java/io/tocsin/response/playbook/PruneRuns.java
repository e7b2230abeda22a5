package io.tocsin.response.playbook;

import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Forgets runs that ended long ago, with their steps.
@ApplicationScoped
class PruneRuns implements Job {

    private static final int AT_ONCE = 500;

    private final RunRepository runs;
    private final PlaybookConfig config;

    PruneRuns(RunRepository runs, PlaybookConfig config) {
        this.runs = runs;
        this.config = config;
    }

    @Override
    public String name() {
        return "prune-playbook-runs";
    }

    @Override
    public Duration pause() {
        return Duration.ofMinutes(30);
    }

    @Override
    public void run() {
        WireTime before = WireTime.now().plusSeconds(-config.kept().toSeconds());
        int gone = AT_ONCE;
        while (gone == AT_ONCE) {
            gone = runs.prune(before, AT_ONCE);
        }
    }
}

package io.tocsin.response.action;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Ends what nobody reported in time, so that no action hangs.
@ApplicationScoped
class DeadlineJob implements Job {

    private static final int MOST = 1_000;

    private final ActionService actions;

    DeadlineJob(ActionService actions) {
        this.actions = actions;
    }

    @Override
    public String name() {
        return "action-deadlines";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        while (actions.timeOut(MOST) == MOST) {
            // each is a transaction of its own
        }
    }
}

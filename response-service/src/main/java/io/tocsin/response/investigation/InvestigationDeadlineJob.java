package io.tocsin.response.investigation;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Ends what did not come to an end in time, so that no investigation hangs.
@ApplicationScoped
class InvestigationDeadlineJob implements Job {

    private final InvestigationService investigations;

    InvestigationDeadlineJob(InvestigationService investigations) {
        this.investigations = investigations;
    }

    @Override
    public String name() {
        return "investigation-deadlines";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(5);
    }

    @Override
    public void run() {
        investigations.terminate();
    }
}

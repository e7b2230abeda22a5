package io.tocsin.response.machine;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Makes machines of what telemetry has sighted, so that ingest never waits for us (design §4 B).
@ApplicationScoped
class SightingJob implements Job {

    private static final int BATCH = 1_000;

    private final MachineService machines;

    SightingJob(MachineService machines) {
        this.machines = machines;
    }

    @Override
    public String name() {
        return "machines-from-sightings";
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(300);
    }

    @Override
    public void run() {
        int taken = BATCH;
        while (taken == BATCH) {
            taken = machines.takeSightings(BATCH);
        }
    }
}

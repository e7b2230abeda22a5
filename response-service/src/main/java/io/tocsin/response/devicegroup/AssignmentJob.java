package io.tocsin.response.devicegroup;

import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/// Has machines follow their tenant's groups. What is to be done stands in the rows themselves, so a killed replica's
/// work is taken up by the next run of any.
@ApplicationScoped
class AssignmentJob implements Job {

    private static final int BATCH = 1_000;

    private final DeviceGroupAssignment assignment;

    AssignmentJob(DeviceGroupAssignment assignment) {
        this.assignment = assignment;
    }

    @Override
    public String name() {
        return "device-group-assignment";
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(300);
    }

    @Override
    public void run() {
        int assigned = BATCH;
        while (assigned == BATCH) {
            assigned = assignment.assign(BATCH);
        }
    }
}

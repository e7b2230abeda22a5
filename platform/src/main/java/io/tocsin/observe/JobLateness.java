package io.tocsin.observe;

import io.tocsin.db.Statements;
import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// How long after its time each job still has not run: one that hangs, or that no replica takes.
@ApplicationScoped
class JobLateness implements Measured {

    private final Statements statements;
    private final String due;

    JobLateness(Statements statements, @ConfigProperty(name = "quarkus.application.name") String service) {
        this.statements = statements;
        this.due = "select task_name, extract(epoch from now() - execution_time) as late from scheduled_tasks_"
                + service.replace("-service", "");
    }

    @Override
    public void measure(Figures figures) {
        record Due(String task, double late) {}
        statements
                .list(due, row -> new Due(row.getString("task_name"), row.getDouble("late")))
                .forEach(it -> figures.seconds(
                        "tocsin.job.overdue",
                        "How long after its time a run has not begun or not ended",
                        it.late(),
                        "task",
                        it.task()));
    }
}

package io.tocsin.jobs;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.task.helper.RecurringTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.github.kagkarlsson.scheduler.task.schedule.FixedDelay;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.quarkus.arc.All;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tocsin.db.SchemaVersion;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.MDC;

/// Runs the service's [Job]s by db-scheduler: each on one replica at a time; a replica that dies is noticed by its
/// missing
/// heartbeats and its jobs go on elsewhere. Starts when the schema is there and stops before the pool closes.
@ApplicationScoped
public class Jobs {

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration HEARTBEAT = Duration.ofSeconds(1);
    private static final int MISSED_HEARTBEATS = 4;
    private static final String SUCCEEDED = "success";
    private static final String FAILED = "failure";
    private static final Duration SCHEMA_POLL = Duration.ofMillis(500);

    private final List<Job> jobs;
    private final DataSource database;
    private final SchemaVersion schema;
    private final String table;
    private final boolean enabled;
    private final MeterRegistry registry;
    private volatile Scheduler scheduler;
    private volatile boolean stopping;

    Jobs(
            @All List<Job> jobs,
            DataSource database,
            SchemaVersion schema,
            @ConfigProperty(name = "quarkus.application.name") String service,
            @ConfigProperty(name = "tocsin.jobs.enabled", defaultValue = "true") boolean enabled,
            MeterRegistry registry) {
        this.jobs = jobs;
        this.database = database;
        this.schema = schema;
        this.table = "scheduled_tasks_" + service.replace("-service", "");
        this.enabled = enabled;
        this.registry = registry;
    }

    void onStart(@Observes StartupEvent started) {
        Thread.setDefaultUncaughtExceptionHandler(Jobs::told);
        if (enabled && !jobs.isEmpty()) {
            // A rate of what was never there is no zero, and no rule sees it: also while there is no database to begin
            // with.
            for (Job job : jobs) {
                timer(job, SUCCEEDED);
                timer(job, FAILED);
            }
            Thread.ofVirtual().name("jobs-start").start(this::startWhenSchemaIsReady);
        }
    }

    /// The scheduler's own threads end with the database they ask: said in the log's form, not on standard error.
    private static void told(Thread thread, Throwable failed) {
        Log.warnf(failed, "A thread ended by a failure: thread=%s", thread.getName());
    }

    private void startWhenSchemaIsReady() {
        try {
            while (!stopping && !start()) {
                Thread.sleep(SCHEMA_POLL);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized boolean start() {
        if (stopping || !schema.isReady()) {
            return false;
        }
        Scheduler candidate = Scheduler.create(database)
                .tableName(table)
                .startTasks(jobs.stream().map(this::task).toList())
                .threads(Math.max(2, jobs.size()))
                .pollingInterval(POLL)
                .heartbeatInterval(HEARTBEAT)
                .missedHeartbeatsLimit(MISSED_HEARTBEATS)
                .shutdownMaxWait(Duration.ofSeconds(10))
                .build();
        try {
            candidate.start();
            scheduler = candidate;
            Log.infof("Jobs started: names=%s", jobs.stream().map(Job::name).toList());
            return true;
        } catch (RuntimeException databaseWentAway) {
            candidate.stop();
            return false;
        }
    }

    private RecurringTask<Void> task(Job job) {
        return Tasks.recurring(job.name(), FixedDelay.of(job.pause())).execute((instance, context) -> run(job));
    }

    @ActivateRequestContext
    void run(Job job) {
        MDC.put("job", job.name());
        Timer.Sample run = Timer.start(registry);
        String outcome = SUCCEEDED;
        try {
            job.run();
        } catch (RuntimeException failed) {
            outcome = FAILED;
            Log.warnf(failed, "Job failed, will be tried again: name=%s", job.name());
        } finally {
            run.stop(timer(job, outcome));
            MDC.remove("job");
        }
    }

    /// The tag is not called `job`, for Prometheus calls the service so.
    private Timer timer(Job job, String outcome) {
        return Timer.builder("tocsin.job.run")
                .description("Runs of recurring work, by how they ended")
                .tags("task", job.name(), "outcome", outcome)
                .register(registry);
    }

    /// Takes no new work; what runs goes on until [#onStop].
    void onStopAnnounced(@Observes ShutdownDelayInitiatedEvent stop) {
        stopping = true;
        Scheduler running = scheduler;
        if (running != null) {
            running.pause();
        }
    }

    void onStop(@Observes @Priority(1) ShutdownEvent stop) {
        stopping = true;
        synchronized (this) {
            if (scheduler != null) {
                scheduler.stop();
            }
        }
    }
}

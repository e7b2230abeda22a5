package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.jobs.Job;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/// Begins what a schedule asks for, with the statement that moves the schedule on.
@ApplicationScoped
class ScheduleJob implements Job {

    private static final int AT_ONCE = 50;

    private final PlaybookRepository playbooks;
    private final RunEngine engine;

    ScheduleJob(PlaybookRepository playbooks, RunEngine engine) {
        this.playbooks = playbooks;
        this.engine = engine;
    }

    @Override
    public String name() {
        return "playbook-schedules";
    }

    @Override
    public Duration pause() {
        return Duration.ofSeconds(1);
    }

    @Override
    public void run() {
        QuarkusTransaction.requiringNew().run(() -> {
            List<PlaybookRepository.Due> due = playbooks.takeScheduled(AT_ONCE);
            due.forEach(this::start);
        });
    }

    private void start(PlaybookRepository.Due due) {
        PlaybookView playbook = playbooks.find(due.tenant(), due.id()).orElseThrow();
        Definition definition;
        try {
            definition = Definition.read(playbook.definition());
        } catch (ProblemException unreadable) {
            Log.warnf(unreadable, "A playbook was not begun: tenant=%s id=%s", due.tenant(), due.id());
            playbooks.problem(due.tenant(), due.id(), unreadable.getMessage(), WireTime.now());
            return;
        }
        engine.start(
                new RunRepository.New(
                        due.tenant(),
                        due.id(),
                        playbook.name(),
                        due.version(),
                        Trigger.Type.Schedule.name(),
                        null,
                        null,
                        false,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("scheduledTime", due.at().toString())
                                .put(
                                        "every",
                                        Duration.ofSeconds(due.everySeconds()).toString())),
                definition,
                "response-service");
    }
}

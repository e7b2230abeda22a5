package io.tocsin.response.playbook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/// Runs as this replica began and ended them.
@ApplicationScoped
@Startup // its meters are there before the first request is
class PlaybookMeters {

    private final MeterRegistry registry;

    PlaybookMeters(MeterRegistry registry) {
        this.registry = registry;
        startings("Manual");
        endings("Failed");
        steps(StepType.Action, StepState.Failed);
        refusals();
    }

    private Counter startings(String trigger) {
        return Counter.builder("tocsin.playbooks.started")
                .description("Runs of playbooks, by what began them")
                .tag("trigger", trigger)
                .register(registry);
    }

    private Counter endings(String state) {
        return Counter.builder("tocsin.playbooks.ended")
                .description("Runs of playbooks that ended, by how")
                .tag("state", state)
                .register(registry);
    }

    private Counter steps(StepType type, StepState state) {
        return Counter.builder("tocsin.playbooks.steps")
                .description("Steps of runs that ended, by what they did and how they ended")
                .tags("type", type.name(), "state", state.name())
                .register(registry);
    }

    private Counter refusals() {
        return Counter.builder("tocsin.playbooks.suppressed")
                .description("Runs that were not begun: begun before, or too many in the hour")
                .register(registry);
    }

    void started(String trigger) {
        startings(trigger).increment();
    }

    void ended(String state) {
        endings(state).increment();
    }

    void step(StepType type, StepState state) {
        steps(type, state).increment();
    }

    void suppressed() {
        refusals().increment();
    }
}

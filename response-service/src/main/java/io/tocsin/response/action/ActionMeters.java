package io.tocsin.response.action;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/// The transitions of actions ([ActionRepository]) as this replica made them.
@ApplicationScoped
@Startup // its meters are there before the first request is
class ActionMeters {

    private final MeterRegistry registry;
    private final Counter delivered;
    private final Counter redelivered;

    ActionMeters(MeterRegistry registry) {
        this.registry = registry;
        this.delivered = delivered("false");
        this.redelivered = delivered("true");
        List.of("Succeeded", "Failed", "Cancelled", "TimeOut").forEach(this::endings);
    }

    private Counter delivered(String again) {
        return Counter.builder("tocsin.actions.delivered")
                .description("Actions handed to an agent; again when the lease of an earlier delivery was over")
                .tag("again", again)
                .register(registry);
    }

    private Counter endings(String status) {
        return Counter.builder("tocsin.actions.ended")
                .description("Actions that ended, by how")
                .tag("status", status)
                .register(registry);
    }

    void submitted(ActionKind kind, int count) {
        Counter.builder("tocsin.actions.submitted")
                .description("Actions asked for, by kind")
                .tag("type", kind.name())
                .register(registry)
                .increment(count);
    }

    void delivered(boolean again) {
        (again ? redelivered : delivered).increment();
    }

    void ended(String status, int count) {
        endings(status).increment(count);
    }
}

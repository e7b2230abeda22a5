package io.tocsin.response.investigation;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/// Investigations as this replica began and ended them.
@ApplicationScoped
@Startup // its meters are there before the first request is
class InvestigationMeters {

    private final MeterRegistry registry;

    InvestigationMeters(MeterRegistry registry) {
        this.registry = registry;
        endings(InvestigationState.TerminatedBySystem);
        openings("Manual");
    }

    private Counter openings(String origin) {
        return Counter.builder("tocsin.investigations.opened")
                .description("Investigations, by what asked for them")
                .tag("origin", origin)
                .register(registry);
    }

    private Counter endings(InvestigationState state) {
        return Counter.builder("tocsin.investigations.ended")
                .description("Investigations that ended, by how")
                .tag("state", state.name())
                .register(registry);
    }

    void opened(String origin, InvestigationState state) {
        openings(origin).increment();
        if (state != InvestigationState.Queued) {
            ended(state, 1);
        }
    }

    void ended(InvestigationState state, int count) {
        endings(state).increment(count);
    }
}

package io.tocsin.idempotency;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.Map;

/// What became of requests with a key.
@ApplicationScoped
@Startup // its meters are there before the first request is
class KeyMeters {

    /// What a request with a key can meet.
    enum Outcome {
        FIRST("first"),
        REPLAYED("replayed"),
        BUSY("busy"),
        OTHER_REQUEST("other_request");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }
    }

    private final Map<Outcome, Counter> counters = new EnumMap<>(Outcome.class);

    KeyMeters(MeterRegistry registry) {
        for (Outcome outcome : Outcome.values()) {
            counters.put(
                    outcome,
                    Counter.builder("tocsin.idempotency.requests")
                            .description("Requests with an Idempotency-Key, by what they met")
                            .tag("outcome", outcome.label)
                            .register(registry));
        }
    }

    void count(Outcome outcome) {
        counters.get(outcome).increment();
    }
}

package io.tocsin.alert.ingest;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;

/// How many alerts came in, by what became of them.
@ApplicationScoped
@Startup // its meters are there before the first request is
class AlertMeters {

    private final Counter created;
    private final Counter repeated;
    private final Counter refused;
    private final Counter failed;

    AlertMeters(MeterRegistry registry) {
        created = counter("created", registry);
        repeated = counter("repeated", registry);
        refused = counter("refused", registry);
        failed = counter("failed", registry);
    }

    private static Counter counter(String outcome, MeterRegistry registry) {
        return Counter.builder("tocsin.alerts.received")
                .description("Alerts of other products, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }

    void count(Outcome outcome) {
        switch (outcome) {
            case Outcome.Stored stored -> (stored.created() ? created : repeated).increment();
            case Outcome.Refused _ -> refused.increment();
            case Outcome.Failed _ -> failed.increment();
        }
    }
}

package io.tocsin.observe;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Shows the last figures this replica read, until they are too old to be true: the next reading may be another
/// replica's.
/// An outdated figure is `NaN`, which no comparison and no `max` of Prometheus counts.
@ApplicationScoped
class Gauges {

    private static final int PAUSES = 3;

    private final MeterRegistry registry;
    private final LongSupplier clock;
    private final long fresh;
    private final Map<Name, Shown> shown = new ConcurrentHashMap<>();

    @jakarta.inject.Inject
    Gauges(
            MeterRegistry registry,
            @ConfigProperty(name = "tocsin.observe.pause", defaultValue = "15s") Duration pause) {
        this(registry, pause, System::nanoTime);
    }

    Gauges(MeterRegistry registry, Duration pause, LongSupplier clock) {
        this.registry = registry;
        this.clock = clock;
        this.fresh = pause.multipliedBy(PAUSES).toNanos();
    }

    void show(Figure figure) {
        shown.computeIfAbsent(new Name(figure.name(), figure.tags()), name -> register(figure))
                .set(figure.value(), clock.getAsLong() + fresh);
    }

    private Shown register(Figure figure) {
        var one = new Shown();
        Gauge.builder(figure.name(), one, it -> it.value(clock.getAsLong()))
                .tags(figure.tags())
                .baseUnit(figure.unit())
                .description(figure.meaning())
                .register(registry);
        return one;
    }

    private record Name(String name, Tags tags) {}

    private static final class Shown {

        private double value = Double.NaN;
        private long until;

        synchronized void set(double value, long until) {
            this.value = value;
            this.until = until;
        }

        synchronized double value(long now) {
            return now - until < 0 ? value : Double.NaN;
        }
    }
}

package io.tocsin.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class GaugesTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1);
    private final Gauges gauges = new Gauges(registry, Duration.ofSeconds(15), nanos::get);

    @Test
    void shouldShowTheLastFigureUntilThreePausesAreOver() {
        show(7);
        show(3);

        assertThat(shown()).isEqualTo(3);
        nanos.addAndGet(Duration.ofSeconds(45).toNanos() - 1);
        assertThat(shown()).isEqualTo(3);
        nanos.addAndGet(1);
        assertThat(shown()).isNaN();
        show(0);
        assertThat(shown()).isZero();
    }

    @Test
    void shouldNeverShowANegativeAgeWhenClocksDiffer() {
        var figures = new Measured.Figures().seconds("tocsin.test.lag", "m", -0.5);

        assertThat(figures.found())
                .singleElement()
                .satisfies(it -> assertThat(it.value()).isZero());
    }

    private void show(double value) {
        new Measured.Figures()
                .count("tocsin.test", "m", value, "status", "Pending")
                .found()
                .forEach(gauges::show);
    }

    private double shown() {
        return registry.get("tocsin.test").tag("status", "Pending").gauge().value();
    }
}

package io.tocsin.observe;

import io.quarkus.arc.All;
import io.tocsin.jobs.Job;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;

/// Reads what waits in the database for this service's meters.
@ApplicationScoped
class MeasuringJob implements Job {

    private final List<Measured> measured;
    private final Gauges gauges;
    private final ObserveConfig config;

    MeasuringJob(@All List<Measured> measured, Gauges gauges, ObserveConfig config) {
        this.measured = measured;
        this.gauges = gauges;
        this.config = config;
    }

    @Override
    public String name() {
        return "measuring";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    /// What cannot be read keeps nothing else from being read.
    @Override
    public void run() {
        RuntimeException failure = null;
        for (Measured one : measured) {
            var figures = new Measured.Figures();
            try {
                one.measure(figures);
                figures.found().forEach(gauges::show);
            } catch (RuntimeException failed) {
                failure = failed;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}

package io.tocsin.alert.retrohunt;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.tocsin.jobs.Job;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/// Begins a hunt where there are new indicators, and goes on with those there are, some steps of each in turn.
@ApplicationScoped
class RetroHuntJob implements Job {

    private static final int MOST_STEPS = 20;

    private final RetroHuntConfig config;
    private final RetroHuntRepository hunts;
    private final RetroHuntStep step;
    private final Counter looked;
    private final Counter raised;

    RetroHuntJob(RetroHuntConfig config, RetroHuntRepository hunts, RetroHuntStep step, MeterRegistry registry) {
        this.config = config;
        this.hunts = hunts;
        this.step = step;
        this.looked = Counter.builder("tocsin.retro.hunt.values")
                .description("Values of stored telemetry held against new indicators")
                .register(registry);
        this.raised = Counter.builder("tocsin.retro.hunt.alerts")
                .description("Alerts of new indicators about stored telemetry")
                .register(registry);
    }

    @Override
    public String name() {
        return "retro-hunt";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        if (!config.enabled()) {
            return;
        }
        for (UUID tenant : hunts.tenants()) {
            hunts.begin(tenant, config.delay(), config.interval());
        }
        for (RetroHunt hunt : hunts.open()) {
            if (hunt.state() == RetroHunt.State.Running || hunts.run(hunt)) {
                goOn(hunt);
            }
        }
        hunts.prune(WireTime.now().plusSeconds(-config.retention().toSeconds()));
    }

    private void goOn(RetroHunt open) {
        RetroHunt hunt = open;
        try {
            for (int i = 0; i < MOST_STEPS && hunt.state() != RetroHunt.State.Finished; i++) {
                hunt = step.take(hunt.running());
            }
        } catch (RuntimeException failed) {
            Log.warnf(
                    "A hunt through stored telemetry waits: tenant=%s hunt=%d reason=%s",
                    hunt.tenant(), hunt.id(), failed.toString());
        }
        looked.increment(hunt.found().looked() - open.found().looked());
        raised.increment(hunt.found().alerts() - open.found().alerts());
    }
}

package io.tocsin.secret;

import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/// Ready once there is a master key to wrap with and one for every data key of this service: a pod that lacks
/// one stops the rollout that brought it. One that was ready stays so when a key is taken from it, for what
/// needs no secret goes on; the reason is in its health and in its log.
@Readiness
@ApplicationScoped
class SecretReadiness implements HealthCheck {

    private final MasterKeys masters;
    private final DataKeyRepository keys;
    private final boolean command;
    private volatile boolean wasReady;

    SecretReadiness(
            MasterKeys masters,
            DataKeyRepository keys,
            @ConfigProperty(name = "tocsin.command", defaultValue = "false") boolean command) {
        this.masters = masters;
        this.keys = keys;
        this.command = command;
    }

    void onStart(@Observes StartupEvent started) {
        if (!command) {
            masters.fault().ifPresent(masters::say);
        }
    }

    @Override
    public HealthCheckResponse call() {
        HealthCheckResponseBuilder answer = HealthCheckResponse.named("secrets");
        try {
            Optional<String> reason = masters.fault().or(this::missing);
            reason.ifPresent(it -> {
                masters.say(it);
                answer.withData("reason", it);
            });
            wasReady |= reason.isEmpty();
            return answer.status(wasReady).build();
        } catch (IllegalStateException unreachable) {
            return answer.withData("reason", "The data keys cannot be read: see the check of the schema")
                    .status(wasReady)
                    .build();
        }
    }

    private Optional<String> missing() {
        var missing = new TreeSet<>(keys.countByMasterKey().keySet());
        missing.removeAll(masters.ring().ids());
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of("data keys are wrapped by the master keys " + missing
                        + ", which are not in the folder: put them back (docs/keys.md)");
    }
}

package io.tocsin.response.file;

import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/// Says why files cannot be reached. Never that the pod is not ready: agents, actions and everything else go on
/// without them, and no other pod would reach them either.
@Readiness
@ApplicationScoped
class FileReadiness implements HealthCheck {

    /// Probes come every few seconds, and some stores want money for each look.
    private static final Duration LOOK = Duration.ofSeconds(30);

    private record Seen(Instant at, String reason) {}

    private final Blobs blobs;
    private volatile Seen last = new Seen(Instant.MIN, "");

    FileReadiness(Blobs blobs) {
        this.blobs = blobs;
    }

    @Override
    public HealthCheckResponse call() {
        Seen seen = last;
        if (seen.at().isBefore(Instant.now().minus(LOOK))) {
            seen = new Seen(Instant.now(), fault());
            last = seen;
        }
        var answer = HealthCheckResponse.named("files").up();
        return (seen.reason().isEmpty() ? answer : answer.withData("reason", seen.reason())).build();
    }

    private String fault() {
        try {
            blobs.check();
            return "";
        } catch (RuntimeException unreachable) {
            return "Files cannot be reached: " + unreachable.getMessage();
        }
    }
}

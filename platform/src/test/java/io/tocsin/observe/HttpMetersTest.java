package io.tocsin.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpMetersTest {

    private record Config(
            Duration pause, double traced, Optional<Set<String>> waitingRoutes, Optional<Set<String>> longRoutes)
            implements ObserveConfig {}

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    @BeforeEach
    void filter() {
        registry.config()
                .meterFilter(new HttpMeters(new Config(
                        Duration.ofSeconds(15),
                        0,
                        Optional.of(Set.of("/agent/v1/actions")),
                        Optional.of(Set.of("/v1/indicators/export")))));
    }

    @Test
    void shouldKnowOnlyRoutesAndMethodsWhenCallersInventTheirOwn() {
        request("GET", "/api/alerts/{id}");
        request("GET", "NOT_FOUND");
        for (int i = 0; i < 200; i++) {
            request("ODD" + i, "/api/odd/" + i);
        }

        assertThat(timers())
                .extracting(id -> List.of(id.getTag("method"), id.getTag("uri"), id.getTag("status")))
                .containsExactlyInAnyOrder(
                        List.of("GET", "/api/alerts/{id}", "200"),
                        List.of("GET", "NOT_FOUND", "200"),
                        List.of("OTHER", "OTHER", "200"));
        assertThat(registry.get("http.server.requests")
                        .tag("uri", "OTHER")
                        .timer()
                        .count())
                .isEqualTo(200);
    }

    @Test
    void shouldCountApartWhatWaitsOnPurposeOrFlowsForLong() {
        request("GET", "/agent/v1/actions");
        request("GET", "/v1/indicators/export");
        request("POST", "/agent/v1/checkin");

        assertThat(timers()).extracting(id -> id.getTag("uri")).containsExactly("/agent/v1/checkin");
        assertThat(registry.get("http.server.waiting").tag("status", "200").timers())
                .extracting(timer -> timer.getId().getTag("uri"))
                .containsExactlyInAnyOrder("/agent/v1/actions", "/v1/indicators/export");
    }

    /// Without the gauges this registry makes of their buckets.
    private List<Meter.Id> timers() {
        return registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getType() == Meter.Type.TIMER)
                .filter(id -> id.getName().equals("http.server.requests"))
                .toList();
    }

    private void request(String method, String uri) {
        registry.timer("http.server.requests", "method", method, "uri", uri, "status", "200")
                .record(Duration.ofMillis(1));
    }
}

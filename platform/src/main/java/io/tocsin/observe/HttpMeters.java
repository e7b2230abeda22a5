package io.tocsin.observe;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.tocsin.wire.Route;
import io.tocsin.wire.Routes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Keeps the HTTP meters few: `uri` is a route's template or `OTHER`, `method` one of HTTP's, whatever a caller sends.
/// What is answered before a route is found (a broken address, another service's route) would else carry its path, and
/// the hundredth path would be the last that is counted.
@Singleton
class HttpMeters implements MeterFilter {

    static final String OTHER = "OTHER";

    /// Of routes that wait on purpose or flow for long: how their answers end matters, how long they take does not.
    static final String WAITING = "http.server.waiting";

    private static final String SERVER = "http.server.requests";
    private static final String CLIENT = "http.client.requests";
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");
    private static final Set<String> OF_THE_FRAMEWORK = Set.of("NOT_FOUND", "REDIRECTION", "UNKNOWN", "root");

    /// Where the figures of design §10 and what a person notices lie.
    private static final double[] BOUNDS = Stream.of(10, 30, 50, 100, 500, 1_000, 5_000)
            .mapToDouble(millis -> Duration.ofMillis(millis).toNanos())
            .toArray();

    private final Set<String> templates;
    private final Set<String> apart;

    HttpMeters(ObserveConfig config) {
        templates = Routes.all().stream().map(Route::path).collect(Collectors.toUnmodifiableSet());
        apart = Stream.of(config.waitingRoutes(), config.longRoutes())
                .flatMap(routes -> routes.stream().flatMap(Set::stream))
                .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Meter.Id map(Meter.Id id) {
        return switch (id.getName()) {
            case SERVER -> apart.contains(String.valueOf(id.getTag("uri"))) ? id.withName(WAITING) : bounded(id);
            case CLIENT -> bounded(id);
            default -> id;
        };
    }

    private Meter.Id bounded(Meter.Id id) {
        Tags tags = Tags.of(id.getTagsAsIterable());
        String uri = id.getTag("uri");
        if (uri != null && !templates.contains(uri) && !OF_THE_FRAMEWORK.contains(uri)) {
            tags = tags.and("uri", OTHER);
        }
        String method = id.getTag("method");
        if (method != null && !METHODS.contains(method)) {
            tags = tags.and("method", OTHER);
        }
        return id.replaceTags(tags);
    }

    @Override
    public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
        return id.getName().equals(SERVER)
                ? DistributionStatisticConfig.builder()
                        .serviceLevelObjectives(BOUNDS)
                        .build()
                        .merge(config)
                : config;
    }
}

package io.tocsin.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracingOffTest {

    private static final String DISABLED = "quarkus.otel.sdk.disabled";
    private static final String ENDPOINT = "quarkus.otel.exporter.otlp.endpoint";

    @Test
    void shouldTraceNothingUntilACollectorIsNamed() {
        assertThat(disabled(Map.of())).isTrue();
        assertThat(disabled(Map.of(ENDPOINT, ""))).isTrue();
        assertThat(disabled(Map.of(ENDPOINT, "http://collector:4317"))).isFalse();
        assertThat(disabled(Map.of("quarkus.otel.exporter.otlp.traces.endpoint", "http://collector:4317")))
                .isFalse();
    }

    @Test
    void shouldObeyWhoeverSaysItHimself() {
        assertThat(disabled(Map.of(DISABLED, "true", ENDPOINT, "http://collector:4317")))
                .isTrue();
        assertThat(disabled(Map.of(DISABLED, "false"))).isFalse();
    }

    private static boolean disabled(Map<String, String> settings) {
        return new SmallRyeConfigBuilder()
                .withInterceptors(new TracingOff())
                .withDefaultValue(DISABLED, "false")
                .withDefaultValue(ENDPOINT, "http://localhost:4317/")
                .withSources(new PropertiesConfigSource(settings, "test", 300))
                .build()
                .getValue(DISABLED, Boolean.class);
    }
}

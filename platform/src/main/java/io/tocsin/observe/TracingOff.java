package io.tocsin.observe;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import java.util.List;

/// Traces are off until a collector is named: Quarkus by itself would look for one at localhost. Who sets
/// `quarkus.otel.sdk.disabled` is obeyed.
public class TracingOff implements ConfigSourceInterceptor {

    private static final long serialVersionUID = 1L;

    private static final String DISABLED = "quarkus.otel.sdk.disabled";
    private static final List<String> ENDPOINTS =
            List.of("quarkus.otel.exporter.otlp.endpoint", "quarkus.otel.exporter.otlp.traces.endpoint");

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        ConfigValue set = context.proceed(name);
        if (!name.equals(DISABLED)
                || isSet(set)
                || ENDPOINTS.stream().map(context::proceed).anyMatch(TracingOff::isSet)) {
            return set;
        }
        return ConfigValue.builder().withName(name).withValue("true").build();
    }

    /// Whether a person said it, rather than a default.
    private static boolean isSet(ConfigValue value) {
        return value != null
                && value.getValue() != null
                && !value.getValue().isBlank()
                && value.getConfigSourceOrdinal() > Integer.MIN_VALUE;
    }
}

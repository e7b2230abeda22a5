package io.tocsin.alert.telemetry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How long telemetry is kept.
@ConfigMapping(prefix = "tocsin.telemetry")
interface TelemetryConfig {

    /// Events, and the processes they told of, are kept this long after they happened and after they came, whichever is
    /// later; at least a day. Whole days go at once.
    @WithDefault("30d")
    Duration retention();

    /// The pause between two looks for days that are old enough.
    @WithDefault("15m")
    Duration prunePause();
}

package io.tocsin.alert.matching;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How telemetry is matched.
@ConfigMapping(prefix = "tocsin.matching")
interface MatchingConfig {

    /// The pause between two looks for new events; at least 100 ms.
    @WithDefault("200ms")
    Duration pause();

    /// The events of one look, 1 to 3,000 (each has at most three values, and a question at most 10,000).
    @WithDefault("2000")
    int batch();
}

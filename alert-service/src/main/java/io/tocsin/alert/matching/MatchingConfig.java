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

    /// The events of one look, 1 to 5,000; they are held in memory while indicator-service is asked.
    @WithDefault("2000")
    int batch();

    /// How long after its last match an indicator's sighting is forgotten on a machine.
    @WithDefault("400d")
    Duration sightingsRetention();
}

package io.tocsin.alert.retrohunt;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How new indicators are held against stored telemetry.
@ConfigMapping(prefix = "tocsin.retro-hunt")
interface RetroHuntConfig {

    /// Whether it is done at all.
    @WithDefault("true")
    boolean enabled();

    /// The pause between two looks for new indicators; at least 100 ms.
    @WithDefault("2s")
    Duration pause();

    /// How long a hunt waits once it has begun: by then every replica of indicator-service must have heard of the new
    /// indicators.
    @WithDefault("10s")
    Duration delay();

    /// Within that time a tenant's hunt begins once: what comes meanwhile goes into the next one.
    @WithDefault("1m")
    Duration interval();

    /// How far back telemetry is looked at; no farther than sightings are kept.
    @WithDefault("30d")
    Duration lookBack();

    /// The values of one step, 1 to 10,000.
    @WithDefault("2000")
    int values();

    /// The machines one value is followed to; of more the number is told.
    @WithDefault("1000")
    int machines();

    /// How long a hunt that is over is told of.
    @WithDefault("90d")
    Duration retention();
}

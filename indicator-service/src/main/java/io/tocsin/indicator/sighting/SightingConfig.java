package io.tocsin.indicator.sighting;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How what was seen is judged.
@ConfigMapping(prefix = "tocsin.indicators.sightings")
interface SightingConfig {

    /// After that time without a match an indicator's score is half of what it was.
    @WithDefault("30d")
    Duration halfLife();

    /// How old a change must be before TAXII clients are told: longer than alert-service writes at once.
    @WithDefault("10s")
    Duration settling();
}

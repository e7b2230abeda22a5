package io.tocsin.alert.entity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How sightings of files, domains, addresses and accounts are kept.
@ConfigMapping(prefix = "tocsin.sightings")
interface SightingConfig {

    /// The pause between two looks for new events; at least 100 ms. A look waits for more events to merge
    /// together, so a shorter pause writes the same rows more often.
    @WithDefault("1s")
    Duration pause();

    /// The events of one look, 1 to 20,000; they are held in memory while they are merged.
    @WithDefault("5000")
    int batch();

    /// How long after its last sighting an entity is forgotten on a machine; statistics reach back 30 days.
    @WithDefault("31d")
    Duration retention();

    /// The pause between two looks for what is to be forgotten.
    @WithDefault("10m")
    Duration prunePause();
}

package io.tocsin.observe;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// What is measured, and how often.
@ConfigMapping(prefix = "tocsin.observe")
interface ObserveConfig {

    /// The pause between two readings of what waits in the database; one replica reads.
    @WithDefault("15s")
    Duration pause();

    /// The share of requests that are traced, of those that bring no decision with them; 0 to 1.
    @WithDefault("0.1")
    double traced();

    /// Routes whose requests wait on purpose: a time measured there says how long nothing happened, so they
    /// are counted apart, and have no trace.
    Optional<Set<String>> waitingRoutes();

    /// Routes whose requests or answers flow for as long as they are: counted and timed apart from the others, too.
    Optional<Set<String>> longRoutes();
}

package io.tocsin.admission;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How many requests a replica works on at once.
@ConfigMapping(prefix = "tocsin.admission")
interface AdmissionConfig {

    /// Requests worked on at once, for each connection of the pool; at least 1.
    @WithDefault("4")
    int perConnection();

    /// Requests that may wait for their turn, for each that is worked on.
    @WithDefault("16")
    int queue();

    /// How long a request waits for its turn before it is answered 503; shorter than the pool's own patience.
    @WithDefault("2s")
    Duration patience();
}

package io.tocsin.outbox;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How calls to other services are made that were written down.
@ConfigMapping(prefix = "tocsin.outbox")
interface OutboxConfig {

    /// The pause between two looks for calls that are due; at least 100 ms.
    @WithDefault("250ms")
    Duration pause();

    /// Calls to one destination that are made at once.
    @WithDefault("8")
    int atOnce();

    /// How long a call may take; after that another replica may make it again, with the same key.
    @WithDefault("60s")
    Duration claim();

    /// The pause after the first failure; it doubles with each.
    @WithDefault("1s")
    Duration firstDelay();

    /// Where it stops to double.
    @WithDefault("5m")
    Duration longestDelay();

    /// A call that has failed this often is given up.
    @WithDefault("500")
    int mostAttempts();

    /// A call that is older than this when it fails is given up.
    @WithDefault("24h")
    Duration longestAge();

    /// How long one that was given up is kept.
    @WithDefault("30d")
    Duration keepDead();
}

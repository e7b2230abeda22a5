package io.tocsin.idempotency;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How long keys are kept and how long their requests are waited for.
@ConfigMapping(prefix = "tocsin.idempotency")
interface IdempotencyConfig {

    /// How long an answer can be had again.
    @WithDefault("24h")
    Duration kept();

    /// How long a second request waits for the first with its key before it is answered 409.
    @WithDefault("2s")
    Duration patience();

    /// How long after the death of a process its half-done streams and arrays may be begun again.
    @WithDefault("30s")
    Duration claim();
}

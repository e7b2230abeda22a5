package io.tocsin.alert.correlation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How far correlation reaches.
@ConfigMapping(prefix = "alert.correlation")
interface CorrelationConfig {

    /// The pause between two looks for alerts that are not correlated yet; at least 100 ms.
    @WithDefault("200ms")
    Duration pause();

    /// How many alerts one transaction correlates, at most.
    @WithDefault("100")
    int batch();

    /// Alerts of one machine belong together when there is no longer gap between their times.
    @WithDefault("1h")
    Duration machineWindow();

    /// Alerts that share a file, an address or an account belong together when there is no longer gap between their
    /// times.
    @WithDefault("24h")
    Duration sharedWindow();

    /// A value that more machines have in common links nothing; an alert without a machine counts as one.
    @WithDefault("50")
    int prevalence();
}

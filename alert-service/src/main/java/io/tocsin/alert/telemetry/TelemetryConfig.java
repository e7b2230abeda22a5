package io.tocsin.alert.telemetry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How long telemetry is kept, and of how many days.
@ConfigMapping(prefix = "tocsin.telemetry")
interface TelemetryConfig {

    /// Events, and the processes they told of, are kept this long after they happened and after they came, whichever is
    /// later; at least a day. Whole days go at once.
    @WithDefault("30d")
    Duration retention();

    /// Of how many days longer ago than the retention there may be events, of all tenants together: 0 to 1,000. Each
    /// is a table with a dozen indexes, and PostgreSQL needs a lock for each (docs/operations.md).
    @WithDefault("60")
    int pastDays();

    /// Of how many of these one tenant may have events, so that none takes them all.
    @WithDefault("15")
    int pastDaysOfATenant();

    /// The pause between two looks for days that are old enough.
    @WithDefault("15m")
    Duration prunePause();

    /// What the retention comes to: at least a day.
    default Duration kept() {
        return retention().compareTo(Duration.ofDays(1)) < 0 ? Duration.ofDays(1) : retention();
    }
}

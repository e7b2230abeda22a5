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

    /// How long one replica goes on looking, each 50 ms, while there is something to correlate.
    @WithDefault("5s")
    Duration linger();

    /// How many alerts one transaction correlates, at most.
    @WithDefault("500")
    int batch();

    /// Alerts of one machine belong together when there is no longer gap between their times.
    @WithDefault("1h")
    Duration machineWindow();

    /// Alerts that share a file, an address or an account belong together when there is no longer gap
    /// between their times.
    @WithDefault("24h")
    Duration sharedWindow();

    /// A value that more machines had before the day of an alert does not link it; an alert without a
    /// machine counts as one.
    @WithDefault("50")
    int prevalence();

    /// An incident that holds so many alerts takes no more, and no merge makes a larger one.
    @WithDefault("1000")
    int mostAlerts();

    /// The same for the different values (machines, processes, files, addresses, accounts) its alerts hold.
    @WithDefault("5000")
    int mostEntities();

    /// Whether machines of different device groups stay in different incidents.
    @WithDefault("false")
    boolean separateDeviceGroups();

    /// How many new events one transaction holds against the alerts that wait for telemetry: meanwhile it has the
    /// tenants' locks, and nothing of theirs is correlated.
    @WithDefault("1000")
    int eventBatch();

    /// How long it is remembered which machines had which values and addresses, and where alerts of closed incidents
    /// could be linked, by the last day they had them; at least thirty days.
    @WithDefault("180d")
    Duration retention();
}

package io.tocsin.alert.detection;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How rules are applied to telemetry.
@ConfigMapping(prefix = "tocsin.detection")
interface DetectionConfig {

    /// The pause between two looks for new events; at least 100 ms.
    @WithDefault("200ms")
    Duration pause();

    /// The events of one look, 1 to 5,000.
    @WithDefault("2000")
    int batch();

    /// Events that came longer ago than this raise no alert: after a long standstill, or on the first start beside
    /// telemetry that is there already. Their processes are known all the same.
    @WithDefault("24h")
    Duration lookBack();

    /// Hits of a rule in one process tree of a machine are one alert as long as they lie no further apart.
    @WithDefault("24h")
    Duration window();

    /// The alerts one rule may raise in an hour on one machine; what is beyond is counted, not raised.
    @WithDefault("10")
    int alertsPerMachine();

    /// The alerts one rule may raise in an hour on a tenant's machines together; from then on each machine raises one.
    @WithDefault("100")
    int alertsPerHour();

    /// How long one rule of a tenant's own may take for the events of one look, which those of all tenants share;
    /// the rest of the look is not held against it. Less than 5 s, which a transaction of ours may stand still.
    @WithDefault("2s")
    Duration ruleTime();

    /// The same for all rules of a tenant together.
    @WithDefault("10s")
    Duration tenantTime();

    /// The events one dry run looks at.
    @WithDefault("200000")
    int dryRunEvents();

    /// How long one dry run may look.
    @WithDefault("15s")
    Duration dryRunTime();
}

package io.tocsin.alert.retention;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/// How long alerts and incidents are kept.
@ConfigMapping(prefix = "tocsin.retention")
interface RetentionConfig {

    /// An alert, with its evidence, comments and links, and an incident are kept this long after their last update; at
    /// least 31 days, so that every reader of the feeds has heard of them.
    @WithDefault("180d")
    Duration alerts();

    /// Tenants that keep theirs otherwise, by their ids: `tocsin.retention.tenants."7d0f9d0e-…"=400d`.
    Map<UUID, Duration> tenants();

    /// The pause between two looks.
    @WithDefault("1h")
    Duration prunePause();
}

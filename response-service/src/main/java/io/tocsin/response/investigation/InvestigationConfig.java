package io.tocsin.response.investigation;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Automated investigations.
@ConfigMapping(prefix = "tocsin.investigations")
interface InvestigationConfig {

    /// How long an investigation may stay open before it is `TerminatedBySystem`: longer than an approval (7 days) and
    /// the action it allows (3 days) may take together.
    @WithDefault("11d")
    Duration deadline();

    /// How often a replica looks for investigations and remediations that can go on.
    @WithDefault("1s")
    Duration look();

    /// How often an open one is taken a step on: each time costs some statements.
    @WithDefault("5s")
    Duration step();
}

package io.tocsin.indicator.taxii;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What is told to TAXII clients.
@ConfigMapping(prefix = "tocsin.taxii")
interface TaxiiConfig {

    /// How old a change must be before it is told: the clocks of replicas may differ by as much.
    @WithDefault("1s")
    Duration settling();
}

package io.tocsin.indicator.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Bounds of the registry.
@ConfigMapping(prefix = "tocsin.indicators")
interface RegistryConfig {

    /// The most indicators in force a tenant may hold, at least 1.
    @WithDefault("10000000")
    long limit();

    /// Imports one replica takes at once; one more is answered 503.
    @WithDefault("4")
    int imports();

    /// The lines of an import that are stored together, 1 to 5,000: a transaction holds every feed back while it
    /// lasts.
    @WithDefault("2000")
    int chunk();
}

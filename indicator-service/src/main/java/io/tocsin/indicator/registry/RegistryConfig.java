package io.tocsin.indicator.registry;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// Bounds of the registry.
@ConfigMapping(prefix = "tocsin.indicators")
interface RegistryConfig {

    /// The most indicators in force a tenant may hold, at least 1.
    @WithDefault("10000000")
    long limit();
}

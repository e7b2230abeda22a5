package io.tocsin.response.machine;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// What is said of machines.
@ConfigMapping(prefix = "tocsin.machines")
interface MachineConfig {

    /// After how long without a sign of life a machine is `Inactive`.
    @WithDefault("7d")
    Duration inactiveAfter();
}

package io.tocsin.response.action;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// Times of machine actions.
@ConfigMapping(prefix = "tocsin.actions")
interface ActionConfig {

    /// How long an action may stay open before it is `TimeOut`; offline machines are retried until then (contract 30
    /// §2).
    @WithDefault("3d")
    Duration deadline();

    /// How long a delivery belongs to the agent that took it; unreported by then, the action is delivered again.
    @WithDefault("2m")
    Duration lease();

    /// How long a delivery belongs to the agent from when it says that it begins a command: a script may
    /// run for ten minutes (contract 30 §5), and the agent is silent meanwhile.
    @WithDefault("12m")
    Duration command();

    /// How long a machine has at least for an action from its first delivery on: one that comes back on the last of the
    /// three days is not cut off in the middle of a scan.
    @WithDefault("1d")
    Duration work();

    /// How long a live response may take from its delivery on, for each of its commands and once more: it is `TimeOut`
    /// then. A script may run for ten minutes (contract 30 §5); the rest is for what is uploaded.
    @WithDefault("30m")
    Duration liveCommand();

    /// How many live responses of a tenant run at once; more are 429, or wait their turn (contract 30 §5).
    @WithDefault("25")
    int liveResponses();
}

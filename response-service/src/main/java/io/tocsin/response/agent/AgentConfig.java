package io.tocsin.response.agent;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The agents' channel.
@ConfigMapping(prefix = "tocsin.agents")
interface AgentConfig {

    /// How often an agent is asked to check in.
    @WithDefault("60s")
    Duration checkInInterval();

    /// How often a waiting request looks again by itself: the longest delay of an action that was made on another
    /// replica.
    @WithDefault("500ms")
    Duration look();

    /// How many requests of agents may wait on a replica; one more is told 429, to come again after 5 to 30 seconds,
    /// each after another pause.
    @WithDefault("20000")
    int mostWaiting();

    /// Whether agents must show a certificate: `off`; `offered`, which makes the TLS listener theirs alone and asks
    /// for one there; `required`, which also refuses them with 401 on the plain one. Both need a TLS listener whose
    /// trust store is the authority of agents' certificates (`quarkus.http.tls-configuration-name`).
    @WithDefault("off")
    MutualTls mutualTls();
}

package io.tocsin.response.agent;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// The agents' channel.
@ConfigMapping(prefix = "tocsin.agents")
interface AgentConfig {

    /// How often an agent is asked to check in.
    @WithDefault("60s")
    Duration checkInInterval();

    /// How often a replica looks for work while agents wait, one statement for all of them: the longest delay of an
    /// action, whichever replica it was made on.
    @WithDefault("200ms")
    Duration look();

    /// How many agents may begin to wait on a replica in a second, and as many again at once after a quiet one; the
    /// others are told 429 and when to come again, each at another time.
    @WithDefault("1000")
    int arrivals();

    /// How many uploads of telemetry a replica hands on at a time; one more is told 429.
    @WithDefault("16")
    int uploads();

    /// How much telemetry a replica has in memory at a time, of all agents together, while it comes and
    /// is handed on; an upload beyond is told 429.
    @WithDefault("64M")
    MemorySize uploadBytes();

    /// How often a stream that has nothing to tell says so: when a peer that is gone is noticed, and a credential that
    /// was taken back.
    @WithDefault("20s")
    Duration heartbeat();

    /// How long a stream lasts at most; each ends at a time of its own in its last quarter.
    @WithDefault("1h")
    Duration longestStream();

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

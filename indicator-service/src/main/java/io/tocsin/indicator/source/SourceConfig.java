package io.tocsin.indicator.source;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How lists are fetched, and where from.
@ConfigMapping(prefix = "tocsin.indicators.sources")
interface SourceConfig {

    /// Host names, addresses and ranges (`10.20.0.0/16`) that lists may be fetched from although they are private. Of
    /// all others a host's addresses must be public, every one of them.
    Optional<List<String>> allowed();

    /// Whether lists may be fetched by `http`; then they can be changed on their way.
    @WithDefault("false")
    boolean allowHttp();

    /// How long a server may take to answer, and to go on answering.
    @WithDefault("30s")
    Duration timeout();

    /// How long one list may take altogether; after that another replica may fetch it.
    @WithDefault("30m")
    Duration longest();

    /// The most bytes of a list, unpacked.
    @WithDefault("1000000000")
    long bytes();

    /// Lists a replica fetches at once.
    @WithDefault("4")
    int atOnce();

    /// Sources a tenant may have.
    @WithDefault("100")
    int perTenant();

    /// The pause between two looks for what is due; at least 100 ms.
    @WithDefault("2s")
    Duration pause();

    /// How long the report of a run is kept.
    @WithDefault("30d")
    Duration retention();
}

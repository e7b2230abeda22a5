package io.tocsin.feed;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/// How feeds are read and kept.
@ConfigMapping(prefix = "tocsin.feeds")
public interface FeedConfig {

    /// How long changes are kept, and so for how long at least a reader may stay away: a cursor is answered 410 once
    /// something behind it is gone. Events are kept as telemetry is.
    @WithDefault("30d")
    Duration retention();

    /// How often a replica looks for news while somebody waits for them: one statement for all of a feed's readers.
    @WithDefault("200ms")
    Duration look();

    /// The pause after which a stream without news says that it is still there.
    @WithDefault("15s")
    Duration heartbeat();

    /// How long a stream lasts at most; its reader comes again with a token that is still valid.
    @WithDefault("15m")
    Duration longestStream();

    /// Streams and waiting requests of one application or user on one replica; one more is answered 429.
    @WithDefault("10")
    int streamsPerApplication();

    /// The same of all of them together.
    @WithDefault("2000")
    int streams();
}

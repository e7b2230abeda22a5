package io.tocsin.indicator.index;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// The index of indicators each replica holds in memory.
@ConfigMapping(prefix = "tocsin.index")
interface IndexConfig {

    /// Whether there is one; without it every question is asked of the database.
    @WithDefault("true")
    boolean enabled();

    /// The pause between two looks for changes; at least 10 ms.
    @WithDefault("200ms")
    Duration pause();

    /// The most memory it may take, in megabytes: 33 for each million indicators, and as much again for a moment while
    /// it
    /// is built. Where there are more, the database is asked instead. 0: half of what the process may have.
    @WithDefault("0")
    int megabytes();

    /// A file to keep it in, so that a replica that starts again need not read every indicator. It belongs to one
    /// replica; none: not kept.
    Optional<Path> snapshot();

    /// How often that file is written, where anything changed.
    @WithDefault("5m")
    Duration snapshotPause();
}

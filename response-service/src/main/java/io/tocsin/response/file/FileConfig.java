package io.tocsin.response.file;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.Optional;

/// Packages, results and the library.
@ConfigMapping(prefix = "tocsin.files")
public interface FileConfig {

    /// A directory to keep contents in, which every replica must share; without one and without a bucket they are kept
    /// in the database.
    Optional<String> directory();

    /// The largest package or result an agent may upload, in bytes.
    @WithDefault("536870912")
    long most();

    /// How long packages and results are kept.
    @WithDefault("60d")
    Duration kept();

    /// How long a link to one can be used (contract 30 §4: 30 minutes).
    @WithDefault("30m")
    Duration link();
}

package io.tocsin.indicator.matching;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;

/// How values are looked up.
@ConfigMapping(prefix = "tocsin.matching")
interface MatchingConfig {

    /// Streams of values answered at once by one replica; one more is answered 503.
    @WithDefault("8")
    int streams();

    /// The values of a stream looked up together, 1 to 10,000.
    @WithDefault("2000")
    int batch();
}

package io.tocsin.secret;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// Where master keys are, and how keys are renewed (docs/keys.md).
@ConfigMapping(prefix = "tocsin.secrets")
interface SecretConfig {

    /// The folder of the master keys: a file for each, named by its id (1 to 64 letters, digits, `-`, `_`),
    /// holding 32 random bytes in base64; and a file `current` with the id of the one that is used from now on.
    /// It is read again every ten seconds, so that a rotation needs no restart. Without it, or with a file that
    /// is none of these, the service is not ready and its health says what to do.
    Optional<Path> masterKeys();

    /// After how long a tenant gets a new data key for what is sealed from then on; what is sealed already
    /// stays readable. At least 1m.
    @WithDefault("90d")
    Duration renewAfter();

    /// The pause between two looks for data keys that another master key than the current one wraps; at least
    /// 100 ms.
    @WithDefault("1m")
    Duration pause();

    /// How long a data key rests before it is wrapped anew: while replicas disagree about the current master
    /// key, for example as a Secret reaches one node before another, they do not undo each other's work.
    @WithDefault("10m")
    Duration rest();
}

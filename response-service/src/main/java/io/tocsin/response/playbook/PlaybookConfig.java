package io.tocsin.response.playbook;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Playbooks.
@ConfigMapping(prefix = "tocsin.playbooks")
interface PlaybookConfig {

    /// Playbooks a tenant may have.
    @WithDefault("200")
    int perTenant();

    /// Runs of a playbook that alerts, incidents and schedules may begin in an hour; what is beyond is not made later.
    @WithDefault("100")
    int perHour();

    /// Runs a replica works on at once; of one tenant three quarters of them at most.
    @WithDefault("16")
    int atOnce();

    /// After which another replica goes on with a run whose replica has died.
    @WithDefault("90s")
    Duration lease();

    /// How long a run that has ended is kept.
    @WithDefault("90d")
    Duration kept();

    /// Host names, addresses and ranges (`10.20.0.0/16`) that calls may be made to although they are private. Of all
    /// others a target's addresses must be public, every one of them.
    Optional<List<String>> allowed();

    /// Whether calls may be made by `http`; then what is sent can be read and changed on its way.
    @WithDefault("false")
    boolean allowHttp();

    /// How long a partner may take for an answer: a quarter of the lease at most, since somebody else takes the run
    /// over
    /// otherwise.
    @WithDefault("10s")
    Duration timeout();
}

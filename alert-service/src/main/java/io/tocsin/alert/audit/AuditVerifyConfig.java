package io.tocsin.alert.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.Optional;
import java.util.UUID;

/// What `verify-audit` checks (docs/audit.md).
@ConfigMapping(prefix = "tocsin.audit.verify")
interface AuditVerifyConfig {

    /// Whether the process verifies and exits; the profile `verify-audit` sets it.
    @WithDefault("false")
    boolean enabled();

    /// One tenant, or all.
    Optional<UUID> tenant();

    /// A seal kept outside, `seq:hash` with the hash in hex; asks for `tenant`.
    Optional<String> head();
}

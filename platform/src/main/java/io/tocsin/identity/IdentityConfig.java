package io.tocsin.identity;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Which issuer may speak for which tenants.
@ConfigMapping(prefix = "tocsin.identity")
interface IdentityConfig {

    /// The tenant of a token without `tid`. Without this setting such a token is refused.
    Optional<UUID> defaultTenant();

    /// The tenants the configured issuer may speak for beside the default one: ids, or `*` for any.
    Optional<List<String>> tenants();
}

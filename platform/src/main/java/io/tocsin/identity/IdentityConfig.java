package io.tocsin.identity;

import io.smallrye.config.ConfigMapping;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Which issuer may speak for which tenants.
@ConfigMapping(prefix = "tocsin.identity")
interface IdentityConfig {

    /// The tenant of a token without `tid`. Without this setting such a token is refused.
    Optional<UUID> defaultTenant();

    /// Per named issuer (`quarkus.oidc.<name>`) the tenant ids its tokens may carry; `*` is any. An issuer that is not
    /// listed may speak for the default tenant only.
    Map<String, List<String>> issuerTenants();
}

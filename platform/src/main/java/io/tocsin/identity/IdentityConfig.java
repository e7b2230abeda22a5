package io.tocsin.identity;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// Which issuer may speak for which tenants. An issuer is a named tenant of `quarkus.oidc`: its address, its `iss`
/// where
/// that is another, its audiences and its tolerance stand there (`quarkus.oidc.<name>.auth-server-url`,
/// `.token.issuer`, `.token.audience`, `.token.lifespan-grace`).
@ConfigMapping(prefix = "tocsin.identity")
interface IdentityConfig {

    /// The tenant of a token of `primary` without `tid`. Without this setting such a token is refused.
    Optional<UUID> defaultTenant();

    /// The tenants `primary` may speak for beside its default one: ids, or `*` for any.
    Optional<List<String>> tenants();

    /// The only issuer whose `Tocsin.Service` and `Service.Investigate` count: it signs the tokens of this platform's
    /// own services.
    @WithDefault("primary")
    String serviceIssuer();

    /// For how long an accepted token is not verified again, and never longer than it lasts; 0 verifies it with every
    /// request. So long a key that its issuer has withdrawn may still count.
    @WithDefault("60s")
    Duration remember();

    /// Every further issuer by its name in `quarkus.oidc`.
    Map<String, Issuer> issuers();

    interface Issuer {

        /// The tenant of its token without `tid`. Without this setting such a token is refused.
        Optional<UUID> defaultTenant();

        /// The tenants it may speak for beside its default one: ids, or `*` for any.
        Optional<List<String>> tenants();
    }
}

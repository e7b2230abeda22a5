package io.tocsin.alert.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// What stands behind `/{tenant}/oauth2/…`.
@ConfigMapping(prefix = "tocsin.token")
interface TokenConfig {

    /// The issuer's own token endpoint. Without it the token routes answer 503.
    Optional<URI> endpoint();

    /// The longest wait for the issuer, connecting and answering each.
    @WithDefault("10s")
    Duration timeout();

    /// The audiences a partner may ask for, beside this platform's own address (contract 00 §2).
    @WithDefault("https://api.securitycenter.microsoft.com,https://api.securitycenter.windows.com,"
            + "https://api.security.microsoft.com,https://securitycenter.onmicrosoft.com/windowsatpservice")
    List<String> audiences();

    /// The tenant of a client whose tokens carry no `tid`: `tocsin.identity.default-tenant`.
    Optional<UUID> defaultTenant();
}

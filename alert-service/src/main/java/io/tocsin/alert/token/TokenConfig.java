package io.tocsin.alert.token;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/// What stands behind `/{tenant}/oauth2/…`.
@ConfigMapping(prefix = "tocsin.token")
interface TokenConfig {

    /// The issuer behind the token routes, where its discovery document is: `quarkus.oidc.primary.auth-server-url`.
    Optional<URI> issuer();

    /// The issuer's own token endpoint, where its discovery document says none or another one is wanted. With neither
    /// this nor the issuer the token routes answer 503.
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

    /// The tenants that may be asked for by a domain name: `tocsin.token.domains."contoso.example"=<tenant id>`.
    Map<String, UUID> domains();

    /// Token requests a minute of one client from one address, on one replica.
    @WithDefault("120")
    int requestsPerClient();

    /// Token requests a minute from one address whatever the client, on one replica.
    @WithDefault("1200")
    int requestsPerAddress();

    /// How long what the issuer publishes (its discovery document, its keys) is kept before it is asked again.
    @WithDefault("5m")
    Duration keep();
}

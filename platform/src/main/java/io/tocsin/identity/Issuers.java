package io.tocsin.identity;

import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The issuers whose tokens count: of the named tenants of `quarkus.oidc`, `primary` and those that
/// `tocsin.identity.issuers` names. Quarkus may have more: it reads `QUARKUS_OIDC_CLIENT_AUTH_SERVER_URL`, meant for
/// our
/// own client, as the address of a tenant `client` too, which has no audience.
@ApplicationScoped
class Issuers {

    private final IdentityConfig config;
    private final Map<String, TenantConfigContext> configured;

    Issuers(IdentityConfig config, TenantConfigBean oidc) {
        this.config = config;
        this.configured = new TreeMap<>(oidc.getStaticTenantsConfig());
        configured
                .keySet()
                .removeIf(name ->
                        !name.equals(IssuerTenants.PRIMARY) && !config.issuers().containsKey(name));
    }

    /// @param name its name in `quarkus.oidc`
    /// @param iss what its tokens call it
    /// @param audiences for whom its tokens must be
    record Issuer(String name, String iss, List<String> audiences) {}

    void check(@Observes StartupEvent start) {
        check(
                configured.entrySet().stream()
                        .map(issuer -> new Issuer(
                                issuer.getKey(),
                                iss(issuer.getValue()),
                                issuer.getValue()
                                        .oidcConfig()
                                        .token()
                                        .audience()
                                        .orElse(List.of())))
                        .toList(),
                config.issuers().keySet());
    }

    /// Refuses a setting that would open more than it says, or nothing at all.
    ///
    /// @param further the names under `tocsin.identity.issuers`
    static void check(List<Issuer> issuers, Set<String> further) {
        var names = new HashSet<String>();
        var seen = new HashSet<String>();
        for (Issuer issuer : issuers) {
            names.add(issuer.name());
            if (issuer.audiences().isEmpty()) {
                throw new IllegalStateException("Set quarkus.oidc." + issuer.name()
                        + ".token.audience: without it, a token that was issued for any other service would be taken");
            }
            if (!seen.add(issuer.iss())) {
                throw new IllegalStateException(
                        "quarkus.oidc." + issuer.name() + " has the same issuer as another: " + issuer.iss());
            }
        }
        for (String name : further) {
            if (name.equals(IssuerTenants.PRIMARY)) {
                throw new IllegalStateException(
                        "The settings of primary are tocsin.identity.tenants and .default-tenant, not .issuers.primary");
            }
            if (!names.contains(name)) {
                throw new IllegalStateException("tocsin.identity.issuers." + name + " is no issuer: set quarkus.oidc."
                        + name + ".auth-server-url");
            }
        }
    }

    /// The name of the issuer that writes this `iss`.
    Optional<String> named(String iss) {
        return configured.entrySet().stream()
                .filter(issuer -> iss.equals(iss(issuer.getValue())))
                .map(Map.Entry::getKey)
                .findFirst();
    }

    /// Known before the issuer was ever reached when it is set, or is the issuer's address, as it is with most.
    private static String iss(TenantConfigContext issuer) {
        return issuer.oidcConfig().token().issuer().orElseGet(() -> {
            String own = issuer.getOidcMetadata() == null
                    ? null
                    : issuer.getOidcMetadata().getIssuer();
            return own == null ? issuer.oidcConfig().authServerUrl().orElse("") : own;
        });
    }
}

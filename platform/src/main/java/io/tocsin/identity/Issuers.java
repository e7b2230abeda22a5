package io.tocsin.identity;

import io.quarkus.oidc.runtime.OidcUtils;
import io.quarkus.oidc.runtime.TenantConfigBean;
import io.quarkus.oidc.runtime.TenantConfigContext;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/// The issuers whose tokens count, and the tenants each may speak for.
@ApplicationScoped
class Issuers {

    private static final String PRIMARY = "primary";

    private final IdentityConfig config;
    private final Map<String, TenantConfigContext> configured;

    Issuers(IdentityConfig config, TenantConfigBean oidc) {
        this.config = config;
        this.configured = new TreeMap<>(oidc.getStaticTenantsConfig());
        configured.remove(OidcUtils.DEFAULT_TENANT_ID);
    }

    /// Refuses to start with a setting that would open more than it says, or nothing at all.
    void check(@Observes StartupEvent start) {
        var seen = new HashSet<String>();
        configured.forEach((name, issuer) -> {
            if (issuer.oidcConfig().token().audience().orElse(List.of()).isEmpty()) {
                throw new IllegalStateException("Set quarkus.oidc." + name
                        + ".token.audience: without it, a token that was issued for any other service would be taken");
            }
            if (!seen.add(iss(issuer))) {
                throw new IllegalStateException(
                        "quarkus.oidc." + name + " has the same issuer as another: " + iss(issuer));
            }
        });
        for (String name : config.issuers().keySet()) {
            if (name.equals(PRIMARY) || !configured.containsKey(name)) {
                throw new IllegalStateException("tocsin.identity.issuers." + name
                        + (name.equals(PRIMARY)
                                ? ": the settings of primary are tocsin.identity.tenants and .default-tenant"
                                : " is no issuer: set quarkus.oidc." + name + ".auth-server-url"));
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

    /// Whether configuration lets the issuer speak for the tenant.
    boolean speaksFor(String issuer, UUID tenant) {
        return defaultTenant(issuer).filter(tenant::equals).isPresent()
                || tenants(issuer).stream()
                        .map(String::strip)
                        .anyMatch(entry -> entry.equals("*") || entry.equalsIgnoreCase(tenant.toString()));
    }

    /// The tenant of a token that names none.
    Optional<UUID> defaultTenant(String issuer) {
        return PRIMARY.equals(issuer)
                ? config.defaultTenant()
                : Optional.ofNullable(config.issuers().get(issuer)).flatMap(IdentityConfig.Issuer::defaultTenant);
    }

    private List<String> tenants(String issuer) {
        return (PRIMARY.equals(issuer)
                        ? config.tenants()
                        : Optional.ofNullable(config.issuers().get(issuer)).flatMap(IdentityConfig.Issuer::tenants))
                .orElse(List.of());
    }

    /// Whether it may sign the tokens of this platform's own services.
    boolean signsForServices(String issuer) {
        return config.serviceIssuer().equals(issuer);
    }
}

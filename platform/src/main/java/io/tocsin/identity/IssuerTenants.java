package io.tocsin.identity;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Which tenants an issuer may speak for, by its configured name.
@ApplicationScoped
class IssuerTenants {

    static final String PRIMARY = "primary";

    private final IdentityConfig config;

    IssuerTenants(IdentityConfig config) {
        this.config = config;
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

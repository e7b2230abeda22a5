package io.tocsin.alert.token;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/// What `{tenant}` in a token route may be: a tenant's id, a domain name that configuration gives a tenant, or `common`
/// or `organizations`, which leave the tenant to the client's registration. Anything else is no tenant.
@ApplicationScoped
class Directory {

    private static final Set<String> ANY = Set.of("common", "organizations");

    private final Map<String, UUID> domains = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    Directory(TokenConfig config) {
        domains.putAll(config.domains());
    }

    /// The tenant asked for, or nothing when any will do.
    Optional<UUID> find(String name) throws TokenRefusal {
        if (ANY.contains(name.toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        UUID tenant = domains.containsKey(name) ? domains.get(name) : id(name);
        if (tenant == null) {
            throw new TokenRefusal(TokenProblem.UNKNOWN_TENANT, "Tenant '" + shown(name) + "' not found.");
        }
        return Optional.of(tenant);
    }

    private static UUID id(String name) {
        try {
            UUID id = UUID.fromString(name);
            return id.toString().equalsIgnoreCase(name) ? id : null;
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    private static String shown(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100);
    }
}

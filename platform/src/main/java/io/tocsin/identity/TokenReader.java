package io.tocsin.identity;

import io.quarkus.security.AuthenticationFailedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.json.JsonArray;
import jakarta.json.JsonString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// Makes a [Caller] of a validated token's claims (contract 00 §2).
@ApplicationScoped
class TokenReader {

    private final IdentityConfig config;

    TokenReader(IdentityConfig config) {
        this.config = config;
    }

    /// @param issuer the configured name of the issuer that signed the token
    /// @param serviceTenant the tenant another of our services asks for, or null
    Caller read(JsonWebToken token, String issuer, String serviceTenant) {
        List<String> scopes = words(text(token, "scp"));
        boolean user = !scopes.isEmpty();
        Set<Permission> permissions =
                user ? Permission.ofUser(scopes) : Permission.ofApplication(strings(token, "roles"));
        UUID tenant = serviceTenant != null && permissions.contains(Permission.SERVICE)
                ? uuid(serviceTenant)
                : tenant(text(token, "tid"), issuer);
        String name = user ? first(token, "upn", "preferred_username", "sub") : first(token, "appid", "azp", "sub");
        String display = first(token, "app_displayname", "name");
        Set<String> groups = user ? new HashSet<>(strings(token, "groups")) : Set.of();
        return new Caller(tenant, name, display == null || user ? name : display, user, permissions, groups);
    }

    private UUID tenant(String tid, String issuer) {
        if (tid == null) {
            return config.defaultTenant()
                    .orElseThrow(() -> new AuthenticationFailedException("token without tid and no default tenant"));
        }
        UUID tenant = uuid(tid);
        List<String> allowed = config.tenants().orElse(List.of());
        boolean own = config.defaultTenant().filter(tenant::equals).isPresent();
        if (own || allowed.stream().anyMatch(entry -> entry.equals("*") || entry.equalsIgnoreCase(tid))) {
            return tenant;
        }
        throw new AuthenticationFailedException("issuer " + issuer + " may not speak for this tenant");
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException notOne) {
            throw new AuthenticationFailedException("the tenant id is not a GUID", notOne);
        }
    }

    private static String first(JsonWebToken token, String... claims) {
        return Stream.of(claims)
                .map(claim -> text(token, claim))
                .filter(text -> text != null && !text.isBlank())
                .findFirst()
                .orElse(null);
    }

    private static String text(JsonWebToken token, String claim) {
        Object value = token.getClaim(claim);
        return switch (value) {
            case null -> null;
            case JsonString json -> json.getString();
            default -> value.toString();
        };
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank()
                ? List.of()
                : Arrays.asList(text.strip().split("\\s+"));
    }

    private static List<String> strings(JsonWebToken token, String claim) {
        Object value = token.getClaim(claim);
        var names = new ArrayList<String>();
        if (value instanceof JsonArray array) {
            array.forEach(entry -> names.add(entry instanceof JsonString name ? name.getString() : entry.toString()));
        } else if (value instanceof Iterable<?> entries) {
            entries.forEach(entry -> names.add(entry.toString()));
        } else if (value != null) {
            names.addAll(words(value.toString()));
        }
        return names;
    }
}

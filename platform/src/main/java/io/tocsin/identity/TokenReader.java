package io.tocsin.identity;

import io.quarkus.security.AuthenticationFailedException;
import jakarta.enterprise.context.ApplicationScoped;
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

    private final IssuerTenants issuers;

    TokenReader(IssuerTenants issuers) {
        this.issuers = issuers;
    }

    /// @param issuer the configured name of the issuer that signed the token
    /// @param serviceTenant the tenant another of our services asks for, or null
    Caller read(JsonWebToken token, String issuer, String serviceTenant) {
        List<String> scopes = strings(token, "scp");
        boolean user = !scopes.isEmpty();
        Set<Permission> permissions =
                user ? Permission.ofUser(scopes) : Permission.ofApplication(strings(token, "roles"));
        if (!issuers.signsForServices(issuer)) {
            permissions.removeAll(Permission.OF_SERVICES);
        }
        UUID tenant = serviceTenant != null && permissions.contains(Permission.SERVICE)
                ? uuid(serviceTenant)
                : tenant(text(token, "tid"), issuer);
        String name = user
                ? first(token, "upn", "preferred_username", "unique_name", "sub")
                : first(token, "appid", "azp", "sub");
        if (name == null) {
            throw new AuthenticationFailedException("the token does not say whose it is");
        }
        String display = first(token, "app_displayname", "name");
        Set<String> groups = user ? new HashSet<>(strings(token, "groups")) : Set.of();
        return new Caller(tenant, name, display == null || user ? name : display, user, permissions, groups);
    }

    private UUID tenant(String tid, String issuer) {
        UUID tenant = tid == null
                ? issuers.defaultTenant(issuer)
                        .orElseThrow(() -> new AuthenticationFailedException("token without tid, no default tenant"))
                : uuid(tid);
        if (!issuers.speaksFor(issuer, tenant)) {
            throw new AuthenticationFailedException("issuer " + issuer + " may not speak for this tenant");
        }
        return tenant;
    }

    private static UUID uuid(String text) {
        try {
            UUID id = UUID.fromString(text);
            if (id.toString().equalsIgnoreCase(text)) { // it would also take 1-1-1-1-1
                return id;
            }
        } catch (IllegalArgumentException notOne) {
            // refused below
        }
        throw new AuthenticationFailedException("the tenant id is not a GUID");
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

    /// A list of strings, or one string of words.
    private static List<String> strings(JsonWebToken token, String claim) {
        Object value = token.getClaim(claim);
        if (!(value instanceof Iterable<?> entries)) {
            return words(text(token, claim));
        }
        var names = new ArrayList<String>();
        entries.forEach(entry -> names.add(entry instanceof JsonString name ? name.getString() : entry.toString()));
        return names;
    }
}

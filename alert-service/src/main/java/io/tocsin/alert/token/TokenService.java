package io.tocsin.alert.token;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;

/// Client credentials in, token out; nothing else is passed on to the issuer.
@ApplicationScoped
class TokenService {

    private static final String ANY_SCOPE = "/.default";
    private static final Set<String> ANY_TENANT = Set.of("common", "organizations");

    private final TokenConfig config;
    private final TokenIssuer issuer;

    TokenService(TokenConfig config, TokenIssuer issuer) {
        this.config = config;
        this.issuer = issuer;
    }

    /// @param audience the value of `resource`, or of `scope` without `/.default`; blank asks for the default one
    /// @param ownAddress this platform's address as the caller wrote it, an audience of its own
    IssuedToken issue(String tenant, TokenForm form, String audience, String ownAddress) throws TokenRefusal {
        if (!form.get("grant_type").equals("client_credentials")) {
            throw new TokenRefusal(
                    TokenProblem.UNSUPPORTED_GRANT_TYPE,
                    "The app requested an unsupported grant type; use client_credentials.");
        }
        required(form, "client_id");
        required(form, "client_secret");
        if (!audience.isBlank() && !accepts(audience, ownAddress)) {
            throw new TokenRefusal(
                    TokenProblem.INVALID_RESOURCE, "The resource principal named " + audience + " was not found.");
        }
        IssuedToken token = issuer.issue(form.get("client_id"), form.get("client_secret"));
        if (!speaksFor(token, tenant)) {
            throw new TokenRefusal(
                    TokenProblem.UNKNOWN_TENANT, "Tenant '" + tenant + "' not found for this application.");
        }
        return token;
    }

    private static void required(TokenForm form, String field) throws TokenRefusal {
        if (form.get(field).isBlank()) {
            throw new TokenRefusal(
                    TokenProblem.INVALID_REQUEST,
                    "The request body must contain the following parameter: '" + field + "'.");
        }
    }

    private boolean accepts(String audience, String ownAddress) {
        String wanted = normal(audience);
        return wanted.equals(normal(ownAddress))
                || config.audiences().stream().map(TokenService::normal).anyMatch(wanted::equals);
    }

    private boolean speaksFor(IssuedToken token, String tenant) {
        String own = token.tenant()
                .orElseGet(() -> config.defaultTenant().map(UUID::toString).orElse(""));
        return ANY_TENANT.contains(tenant.toLowerCase(Locale.ROOT)) || own.equalsIgnoreCase(tenant);
    }

    /// An audience without the scope's suffix and the slashes clients add.
    static String normal(String audience) {
        String text = audience.strip();
        if (text.endsWith(ANY_SCOPE)) {
            text = text.substring(0, text.length() - ANY_SCOPE.length());
        }
        while (text.endsWith("/")) {
            text = text.substring(0, text.length() - 1);
        }
        return text.toLowerCase(Locale.ROOT);
    }
}

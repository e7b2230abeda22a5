package io.tocsin.alert.token;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// Client credentials in, token out; nothing else is passed on to the issuer.
@ApplicationScoped
class TokenService {

    private static final String ANY_SCOPE = "/.default";

    private final TokenConfig config;
    private final Directory directory;
    private final TokenLimit limit;
    private final TokenIssuer issuer;

    TokenService(TokenConfig config, Directory directory, TokenLimit limit, TokenIssuer issuer) {
        this.config = config;
        this.directory = directory;
        this.limit = limit;
        this.issuer = issuer;
    }

    /// @param address where the request comes from
    /// @param audience the value of `resource`, or of `scope`; blank asks for the default one
    /// @param ownAddress this platform's address as the caller wrote it, an audience of its own
    IssuedToken issue(String tenant, TokenForm form, String address, String audience, String ownAddress)
            throws TokenRefusal {
        limit.admit(form.get("client_id"), address);
        Optional<UUID> wanted = directory.find(tenant);
        required(form, "grant_type");
        if (!form.get("grant_type").equals("client_credentials")) {
            throw new TokenRefusal(
                    TokenProblem.UNSUPPORTED_GRANT_TYPE,
                    "The app requested an unsupported grant type; only client_credentials is supported here. People"
                            + " sign in at the identity provider itself.");
        }
        required(form, "client_id");
        if (form.get("client_secret").isBlank()) {
            throw new TokenRefusal(
                    TokenProblem.SECRET_MISSING,
                    "The request body must contain the following parameter: 'client_secret'. Client assertions are not"
                            + " supported.");
        }
        for (String one : audience.strip().split("\\s+")) {
            if (!one.isEmpty() && !accepts(one, ownAddress)) {
                throw new TokenRefusal(
                        TokenProblem.INVALID_RESOURCE, "The resource principal named " + one + " was not found.");
            }
        }
        IssuedToken token = issuer.issue(form.get("client_id"), form.get("client_secret"));
        if (wanted.isPresent() && !wanted.get().toString().equalsIgnoreCase(tenantOf(token))) {
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

    private String tenantOf(IssuedToken token) {
        return token.tenant()
                .orElseGet(() -> config.defaultTenant().map(UUID::toString).orElse(""));
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

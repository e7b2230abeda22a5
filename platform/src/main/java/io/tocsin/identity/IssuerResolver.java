package io.tocsin.identity;

import io.quarkus.oidc.TenantResolver;
import io.quarkus.oidc.runtime.OidcUtils;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// Chooses the issuer's settings by the token's `iss`, from what is configured, without asking anyone. Quarkus' own
/// choice by issuer gives an issuer that was down at the start one more try, then never again, and takes a segment of
/// the path for its name.
@ApplicationScoped
class IssuerResolver implements TenantResolver {

    private static final String SCHEME = "Bearer ";

    /// Names no configured issuer, so the unnamed one is taken, which is off.
    private static final String NOBODY = OidcUtils.DEFAULT_TENANT_ID;

    private final Issuers issuers;

    IssuerResolver(Issuers issuers) {
        this.issuers = issuers;
    }

    @Override
    public String resolve(RoutingContext request) {
        String header = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return NOBODY;
        }
        String iss = iss(header.substring(SCHEME.length()).strip());
        return iss == null ? NOBODY : issuers.named(iss).orElse(NOBODY);
    }

    /// Read before the signature is verified: it only says whose key to verify it with.
    private static String iss(String token) {
        String[] parts = token.split("\\.", -1);
        if (parts.length != 3) {
            return null;
        }
        try {
            byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
            return new JsonObject(new String(claims, StandardCharsets.UTF_8)).getValue("iss") instanceof String iss
                    ? iss
                    : null;
        } catch (IllegalArgumentException | DecodeException notAToken) {
            return null;
        }
    }
}

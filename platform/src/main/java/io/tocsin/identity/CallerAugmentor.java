package io.tocsin.identity;

import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.SecurityIdentityAugmentor;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityUtils;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// The one place where a token becomes rights.
@ApplicationScoped
class CallerAugmentor implements SecurityIdentityAugmentor {

    static final String CALLER = "tocsin.caller";
    static final String VALID_UNTIL = "tocsin.caller-valid-until";
    private static final String ISSUER_NAME = "tenant-id";
    static final String SERVICE_TENANT_HEADER = "Tocsin-Tenant";

    private final TokenReader tokens;

    CallerAugmentor(TokenReader tokens) {
        this.tokens = tokens;
    }

    @Override
    public Uni<SecurityIdentity> augment(SecurityIdentity identity, AuthenticationRequestContext context) {
        return augment(identity, context, Map.of());
    }

    @Override
    public Uni<SecurityIdentity> augment(
            SecurityIdentity identity, AuthenticationRequestContext context, Map<String, Object> attributes) {
        if (identity.isAnonymous() || !(identity.getPrincipal() instanceof JsonWebToken token)) {
            return Uni.createFrom().item(identity);
        }
        RoutingContext request = HttpSecurityUtils.getRoutingContextAttribute(attributes);
        String serviceTenant = request == null ? null : request.request().getHeader(SERVICE_TENANT_HEADER);
        try {
            Caller caller = tokens.read(token, identity.getAttribute(ISSUER_NAME), serviceTenant);
            return Uni.createFrom()
                    .item(QuarkusSecurityIdentity.builder(identity)
                            .addAttribute(CALLER, caller)
                            .addAttribute(VALID_UNTIL, Instant.ofEpochSecond(token.getExpirationTime()))
                            .build());
        } catch (AuthenticationFailedException refused) {
            return Uni.createFrom().failure(refused);
        }
    }
}

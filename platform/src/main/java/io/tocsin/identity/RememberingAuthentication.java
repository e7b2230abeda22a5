package io.tocsin.identity;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.tocsin.observe.CacheFigures;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;

/// Verifies a token once, and takes the outcome for as long as `tocsin.identity.remember` says: an application sends
/// the
/// same token thousands of times an hour, and to verify it was a quarter of what a small request cost (docs/adr/046).
/// Only what was accepted is remembered; what is refused is looked at anew each time. A token that names the key or
/// the certificate of its holder (`cnf`) is verified with every request, since what it is held against comes with each.
@Alternative
@Priority(1)
@ApplicationScoped
class RememberingAuthentication implements HttpAuthenticationMechanism {

    private static final String SCHEME = "Bearer ";

    private final OidcAuthenticationMechanism issuers;
    private final RememberedCallers<SecurityIdentity> remembered;
    private final CacheFigures figures;
    private final boolean on;

    RememberingAuthentication(OidcAuthenticationMechanism issuers, IdentityConfig config, MeterRegistry registry) {
        this.issuers = issuers;
        this.on = config.remember().isPositive();
        this.remembered = new RememberedCallers<>(
                config.remember(),
                InstantSource.system(),
                identity -> identity.<Instant>getAttribute(CallerAugmentor.VALID_UNTIL));
        this.figures = new CacheFigures(registry, "callers", remembered::size);
    }

    @Override
    public Uni<SecurityIdentity> authenticate(RoutingContext request, IdentityProviderManager identities) {
        String token = request.request().getHeader(HttpHeaders.AUTHORIZATION);
        if (!on || token == null || !token.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return issuers.authenticate(request, identities);
        }
        String key = RememberedCallers.key(token, request.request().getHeader(CallerAugmentor.SERVICE_TENANT_HEADER));
        SecurityIdentity known = remembered.of(key);
        figures.count(known != null);
        if (known != null) {
            return Uni.createFrom().item(known);
        }
        return issuers.authenticate(request, identities).onItem().invoke(identity -> {
            if (identity != null
                    && identity.getPrincipal() instanceof JsonWebToken verified
                    && !verified.containsClaim("cnf")
                    && identity.getAttribute(CallerAugmentor.CALLER) != null) {
                remembered.remember(key, withoutRequest(identity));
            }
        });
    }

    /// The first request's own things are not kept: its routing context, the token.
    private static SecurityIdentity withoutRequest(SecurityIdentity identity) {
        return QuarkusSecurityIdentity.builder()
                .setPrincipal(new QuarkusPrincipal(identity.getPrincipal().getName()))
                .addAttribute(CallerAugmentor.CALLER, identity.getAttribute(CallerAugmentor.CALLER))
                .addAttribute(CallerAugmentor.VALID_UNTIL, identity.getAttribute(CallerAugmentor.VALID_UNTIL))
                .build();
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext request) {
        return issuers.getChallenge(request);
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return issuers.getCredentialTypes();
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext request) {
        return issuers.getCredentialTransport(request);
    }

    @Override
    public int getPriority() {
        return issuers.getPriority();
    }
}

package io.tocsin.identity;

import io.quarkus.logging.Log;
import io.quarkus.oidc.OIDCException;
import io.quarkus.security.ForbiddenException;
import io.quarkus.security.UnauthorizedException;
import io.quarkus.security.identity.CurrentIdentityAssociation;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RequestOwner;
import io.tocsin.wire.RequestPermission;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ResourceInfo;
import java.lang.reflect.Method;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;

/// Opens a route to a caller who has one of its permissions, before anything of the request's body is read.
public class Authorization {

    private final CurrentIdentityAssociation identities;
    private final RoutingContext request;

    Authorization(CurrentIdentityAssociation identities, RoutingContext request) {
        this.identities = identities;
        this.request = request;
    }

    @ServerRequestFilter(priority = Priorities.AUTHORIZATION)
    public Uni<Void> authorize(ResourceInfo resource) {
        Method route = resource.getResourceMethod();
        if (route.isAnnotationPresent(Open.class) || resource.getResourceClass().isAnnotationPresent(Open.class)) {
            return Uni.createFrom().voidItem();
        }
        Requires required = route.getAnnotation(Requires.class);
        RoutingContext current = request;
        return identities
                .getDeferredIdentity()
                .onFailure(OIDCException.class)
                .transform(Authorization::unreachable)
                .map(identity -> {
                    remember(current, check(identity, required), required);
                    current.put(CallerAugmentor.VALID_UNTIL, identity.getAttribute(CallerAugmentor.VALID_UNTIL));
                    return null;
                });
    }

    /// The token may be good, so it is no 401: a client would throw it away.
    private static Throwable unreachable(Throwable down) {
        Log.warnf("The issuer of a token does not answer: reason=%s", down.getMessage());
        return new ProblemException(
                CommonProblem.SERVICE_UNAVAILABLE,
                "The issuer of the token does not answer right now; retry the request");
    }

    private static Caller check(SecurityIdentity identity, Requires required) {
        Caller caller = identity.isAnonymous() ? null : identity.getAttribute(CallerAugmentor.CALLER);
        if (caller == null) {
            throw new UnauthorizedException();
        }
        if (required == null || Stream.of(needed(caller, required)).noneMatch(caller::has)) {
            throw new ForbiddenException(missing(caller, required));
        }
        return caller;
    }

    private static Permission[] needed(Caller caller, Requires required) {
        return caller.user() && required.ofPeople().length > 0 ? required.ofPeople() : required.value();
    }

    private static String missing(Caller caller, Requires required) {
        if (required == null) {
            return "This route is closed";
        }
        return caller.user()
                ? "Missing delegated scopes. API required scopes: "
                        + names(Stream.of(needed(caller, required)), Authorization::scope)
                        + ", delegated scopes: "
                        + names(caller.permissions().stream().sorted(), Authorization::scope)
                        + "."
                : "Missing application roles. API required roles: "
                        + names(Stream.of(needed(caller, required)), Permission::applicationName)
                        + ", application roles: "
                        + names(caller.permissions().stream().sorted(), Permission::applicationName) + ".";
    }

    private static String scope(Permission permission) {
        return permission.delegatedName().orElse("");
    }

    private static String names(Stream<Permission> permissions, Function<Permission, String> name) {
        return permissions.map(name).filter(text -> !text.isEmpty()).collect(Collectors.joining(","));
    }

    private static void remember(RoutingContext request, Caller caller, Requires required) {
        Stream.of(needed(caller, required))
                .filter(caller::has)
                .findFirst()
                .ifPresent(opened -> RequestPermission.remember(request, opened.applicationName()));
        request.put(CallerAugmentor.CALLER, caller);
        new RequestOwner(caller.tenant(), caller.name(), !caller.has(Permission.SERVICE)).remember(request);
    }
}

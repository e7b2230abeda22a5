package io.tocsin.wire;

import static java.util.Objects.requireNonNull;

import io.vertx.ext.web.RoutingContext;
import java.util.UUID;
import org.jboss.logging.MDC;

/// Whom a request is counted for and whose key an `Idempotency-Key` is. Whoever authenticates a request remembers it
/// here, so that what comes later needs to know nothing of tokens or credentials.
///
/// @param tenant whose data the request is about
/// @param name the application, the user or the machine, unique within the tenant
/// @param metered whether calls are counted against a limit: those of partners and people, not of our own services and
/// agents
public record RequestOwner(UUID tenant, String name, boolean metered) {

    /// The owner of a request without any credential.
    public static final RequestOwner NOBODY = new RequestOwner(new UUID(0, 0), "", false);

    private static final String KEY = "tocsin.request-owner";

    public RequestOwner {
        requireNonNull(tenant);
        requireNonNull(name);
    }

    /// Makes it the owner of the request, and its tenant part of every further line of the request's log.
    public void remember(RoutingContext request) {
        request.put(KEY, this);
        MDC.put("tenant", tenant.toString());
    }

    /// The owner of the request; [#NOBODY] when nobody was authenticated.
    public static RequestOwner of(RoutingContext request) {
        RequestOwner owner = request.get(KEY);
        return owner == null ? NOBODY : owner;
    }
}

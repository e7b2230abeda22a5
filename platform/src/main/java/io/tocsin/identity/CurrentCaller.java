package io.tocsin.identity;

import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.RequestScoped;
import java.time.Instant;

/// The caller of the request that is being answered.
@RequestScoped
public class CurrentCaller {

    private final RoutingContext request;

    CurrentCaller(RoutingContext request) {
        this.request = request;
    }

    /// Never null on a route with [Requires].
    public Caller get() {
        Caller caller = request.get(CallerAugmentor.CALLER);
        if (caller == null) {
            throw new IllegalStateException("no caller: the route is not @Requires");
        }
        return caller;
    }

    /// When the caller's token ends: an answer that lasts longer ends with it.
    public Instant validUntil() {
        return request.get(CallerAugmentor.VALID_UNTIL);
    }
}

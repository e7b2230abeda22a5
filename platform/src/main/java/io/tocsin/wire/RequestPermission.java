package io.tocsin.wire;

import io.vertx.ext.web.RoutingContext;

/// Which permission opened the route of a request; the audit keeps it beside the change.
public final class RequestPermission {

    private static final String KEY = "tocsin.request-permission";

    private RequestPermission() {}

    /// Called once the caller was let in.
    public static void remember(RoutingContext request, String permission) {
        request.put(KEY, permission);
    }

    /// The contract's name of the permission, or null on a route that asks for none.
    public static String of(RoutingContext request) {
        return request.get(KEY);
    }
}

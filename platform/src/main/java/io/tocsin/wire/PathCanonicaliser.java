package io.tocsin.wire;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Stands before authentication and every route: turns the spellings real clients use (other case, `//`, a trailing
/// slash, `/api/v1.0`, encoded characters) into the one the routes have, by one reroute (contract 00 §1, wire-facts
/// §7).
///
/// An unknown path ends here with the recorded empty 404, a wrong method with the empty 405 and its `Allow`; an address
/// that is none (a broken escape in the path or the query, a NUL, broken UTF-8) is 400.
@ApplicationScoped
class PathCanonicaliser {

    private static final int BEFORE_EVERYTHING = 10_000;
    private static final String DONE = "tocsin.canonical";

    private final String service;
    private final PeerForwarder peers;
    private final RouteTree routes;

    PathCanonicaliser(@ConfigProperty(name = "quarkus.application.name") String service, PeerForwarder peers) {
        this.service = service;
        this.peers = peers;
        this.routes = new RouteTree(Routes.all());
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, BEFORE_EVERYTHING);
    }

    private void handle(RoutingContext request) {
        TransportHeaders.answer(request);
        if (request.get(DONE) != null) {
            RequestId.answer(request); // a reroute forgets the headers set before it
            request.next();
            return;
        }
        request.put(DONE, Boolean.TRUE);
        RequestId.assign(request);
        try {
            route(request);
        } catch (IllegalArgumentException notValid) {
            ErrorAnswer.end(request, CommonProblem.BAD_REQUEST, notValid.getMessage());
        }
    }

    private void route(RoutingContext request) {
        String path = request.request().path();
        if (path == null) {
            throw new IllegalArgumentException("The path is not valid: there is none");
        }
        RequestTarget.check(request.request().uri(), path, request.request().query());
        List<String> raw = RouteTree.segments(path).toList();
        List<String> decoded = raw.stream().map(RequestTarget::decode).toList();
        String prefix = ApiPrefix.of(decoded);
        if (prefix.equals(ApiPrefix.VERSIONED)) {
            raw = ApiPrefix.withoutVersion(raw);
            decoded = ApiPrefix.withoutVersion(decoded);
        }
        // The server would resolve dot segments after us, and no id is one.
        boolean dots = decoded.contains(".") || decoded.contains("..");
        RouteTree.Match match = dots ? null : routes.match(raw, decoded);
        if (match == null) {
            request.response().setStatusCode(404).end();
        } else if (!allows(match.methods(), request.request().method())) {
            request.response()
                    .putHeader("Allow", String.join(", ", new TreeSet<>(match.methods())))
                    .setStatusCode(405)
                    .end();
        } else if (match.service().equals(service)) {
            CallerUri.remember(request, prefix, match.path());
            FunctionArguments.remember(request, match.arguments());
            reroute(request, match.path());
        } else if (PeerForwarder.wasForwarded(request.request())) {
            request.response().setStatusCode(404).end(); // two services that disagree must not play ball
        } else {
            peers.forward(request, match.service());
        }
    }

    private static boolean allows(Set<String> methods, HttpMethod method) {
        return methods.contains(method.name()) || method == HttpMethod.HEAD && methods.contains("GET");
    }

    private static void reroute(RoutingContext request, String path) {
        String query = request.request().query();
        if (path.equals(request.request().path())) {
            request.next();
        } else {
            request.reroute(query == null ? path : path + "?" + query);
        }
    }
}

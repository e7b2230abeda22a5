package io.tocsin.wire;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Stands before authentication and every route: turns the spellings real clients use (other case, `//`, a trailing
/// slash, `/api/v1.0`, encoded characters) into the one the routes have, by one reroute (contract 00 §1, wire-facts
/// §7).
///
/// An unknown path ends here with the recorded empty 404, a wrong method with the empty 405 and its `Allow`; a path
/// that is
/// not text (NUL, broken UTF-8 or escapes) is 400.
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
        } catch (IllegalArgumentException | CharacterCodingException notText) {
            ErrorAnswer.end(request, CommonProblem.BAD_REQUEST, "The path is not valid: " + notText.getMessage());
        }
    }

    private void route(RoutingContext request) throws CharacterCodingException {
        String path = request.request().path();
        if (path == null) {
            throw new IllegalArgumentException("there is none");
        }
        List<String> raw = RouteTree.segments(path).toList();
        List<String> decoded = decode(raw);
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

    private static List<String> decode(List<String> raw) throws CharacterCodingException {
        var decoded = new ArrayList<String>(raw.size());
        for (String segment : raw) {
            decoded.add(decode(segment));
        }
        return decoded;
    }

    private static String decode(String segment) throws CharacterCodingException {
        var bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                bytes.write(hex(segment, i + 1) << 4 | hex(segment, i + 2));
                i += 2;
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes.toByteArray()))
                .toString();
        if (text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("it holds a NUL");
        }
        return text;
    }

    private static int hex(String segment, int at) {
        int digit = at < segment.length() ? Character.digit(segment.charAt(at), 16) : -1;
        if (digit < 0) {
            throw new IllegalArgumentException("it holds a broken escape");
        }
        return digit;
    }
}

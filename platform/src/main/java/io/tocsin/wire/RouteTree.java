package io.tocsin.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Finds the canonical spelling of a path. A segment counts as a literal only at a position where some route has one,
/// so
/// an id keeps its case; literals come before ids.
final class RouteTree {

    private final Node root = new Node();

    RouteTree(List<Route> routes) {
        routes.forEach(this::add);
    }

    private void add(Route route) {
        Node node = root;
        for (String segment : segments(route.path()).toList()) {
            node = node.childFor(segment);
        }
        node.methods.add(route.method());
    }

    /// The route's canonical path and what it allows, or null when no route has this shape.
    Match match(List<String> rawSegments, List<String> decodedSegments) {
        var canonical = new ArrayList<String>();
        Node node = match(root, rawSegments, decodedSegments, 0, canonical);
        return node == null ? null : new Match("/" + String.join("/", canonical), node.methods);
    }

    private static Node match(Node node, List<String> raw, List<String> decoded, int at, List<String> canonical) {
        if (at == raw.size()) {
            return node.methods.isEmpty() ? null : node;
        }
        Literal literal = node.literals.get(decoded.get(at).toLowerCase(Locale.ROOT));
        if (literal != null) {
            canonical.add(literal.spelling);
            Node found = match(literal.node, raw, decoded, at + 1, canonical);
            if (found != null) {
                return found;
            }
            canonical.removeLast();
        }
        if (node.any == null) {
            return null;
        }
        canonical.add(raw.get(at));
        Node found = match(node.any, raw, decoded, at + 1, canonical);
        if (found == null) {
            canonical.removeLast();
        }
        return found;
    }

    static Stream<String> segments(String path) {
        return Stream.of(path.split("/")).filter(segment -> !segment.isEmpty());
    }

    /// @param path the canonical path
    /// @param methods what the route allows, sorted
    record Match(String path, TreeSet<String> methods) {}

    private record Literal(String spelling, Node node) {}

    private static final class Node {
        private final Map<String, Literal> literals = new TreeMap<>();
        private final TreeSet<String> methods = new TreeSet<>();
        private Node any;

        private Node childFor(String segment) {
            if (segment.startsWith("{")) {
                any = any == null ? new Node() : any;
                return any;
            }
            return literals.computeIfAbsent(segment.toLowerCase(Locale.ROOT), key -> new Literal(segment, new Node()))
                    .node;
        }
    }
}

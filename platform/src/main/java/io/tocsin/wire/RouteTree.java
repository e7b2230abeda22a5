package io.tocsin.wire;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Finds the canonical spelling of a path and the service that owns it. A segment counts as a literal only at a
/// position
/// where some route has one, so an id keeps its case; literals come before ids. A literal that ends in `()` is an OData
/// function: the caller writes its arguments between the parentheses.
final class RouteTree {

    private static final String FUNCTION = "()";

    private final Node root = new Node();

    RouteTree(List<Route> routes) {
        routes.forEach(this::add);
    }

    private void add(Route route) {
        Node node = root;
        for (String segment : segments(route.path()).toList()) {
            node = node.childFor(segment);
        }
        if (node.service != null && !node.service.equals(route.service())) {
            throw new IllegalStateException(route.path() + " has two owners");
        }
        node.service = route.service();
        node.methods.add(route.method());
    }

    /// The route's canonical path and what it allows, or null when no route has this shape.
    ///
    /// @throws IllegalArgumentException when the arguments of a function are not ones
    Match match(List<String> rawSegments, List<String> decodedSegments) {
        var search = new Search(rawSegments, decodedSegments, new ArrayList<>(), new HashMap<>());
        Node node = search.from(root, 0);
        return node == null
                ? null
                : new Match(node.service, "/" + String.join("/", search.canonical), search.arguments, node.methods);
    }

    static Stream<String> segments(String path) {
        return Stream.of(path.split("/")).filter(segment -> !segment.isEmpty());
    }

    /// @param service the owner of the route
    /// @param path the canonical path, a function without its parentheses
    /// @param arguments what was written between them, names in lower case
    /// @param methods what the route allows, sorted
    record Match(String service, String path, Map<String, String> arguments, TreeSet<String> methods) {}

    private record Search(
            List<String> raw, List<String> decoded, List<String> canonical, Map<String, String> arguments) {

        private Node from(Node node, int at) {
            if (at == raw.size()) {
                return node.methods.isEmpty() ? null : node;
            }
            String segment = decoded.get(at);
            Literal literal = node.literals.get(segment.toLowerCase(Locale.ROOT));
            if (literal == null) {
                literal = function(node, segment);
            }
            Node found = literal == null ? null : through(literal.node, literal.spelling, at);
            return found == null && node.any != null ? through(node.any, raw.get(at), at) : found;
        }

        private Node through(Node next, String spelling, int at) {
            canonical.add(spelling);
            Node found = from(next, at + 1);
            if (found == null) {
                canonical.removeLast();
            }
            return found;
        }

        private Literal function(Node node, String segment) {
            int open = segment.indexOf('(');
            if (open <= 0 || !segment.endsWith(")")) {
                return null;
            }
            Literal function = node.functions.get(segment.substring(0, open).toLowerCase(Locale.ROOT));
            if (function != null) {
                arguments.putAll(FunctionArguments.parse(segment.substring(open + 1, segment.length() - 1)));
            }
            return function;
        }
    }

    private record Literal(String spelling, Node node) {}

    private static final class Node {
        private final Map<String, Literal> literals = new TreeMap<>();
        private final Map<String, Literal> functions = new TreeMap<>();
        private final TreeSet<String> methods = new TreeSet<>();
        private String service;
        private Node any;

        private Node childFor(String segment) {
            if (segment.startsWith("{")) {
                any = any == null ? new Node() : any;
                return any;
            }
            boolean function = segment.endsWith(FUNCTION);
            String spelling = function ? segment.substring(0, segment.length() - FUNCTION.length()) : segment;
            return (function ? functions : literals)
                    .computeIfAbsent(spelling.toLowerCase(Locale.ROOT), key -> new Literal(spelling, new Node()))
                    .node;
        }
    }
}

package io.tocsin.testkit;

import io.tocsin.wire.Routes;
import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Holds the resources' annotations against `routes.csv`, which feeds the canonicaliser: neither may know a route the
/// other does not.
public final class RouteTable {

    private RouteTable() {}

    /// `METHOD path` of every route the table gives a service.
    public static Set<String> declared(String service) {
        return Routes.of(service).stream()
                .map(route -> line(route.method(), route.path().replace("()", "")))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /// `METHOD path` of every annotated method of these resources.
    public static Set<String> annotated(List<Class<?>> resources) {
        return resources.stream().flatMap(RouteTable::routes).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<String> routes(Class<?> resource) {
        return Stream.of(resource.getDeclaredMethods())
                .filter(method -> verb(method) != null)
                .map(method -> line(verb(method), path(resource, method)));
    }

    private static String verb(Method method) {
        return Stream.of(method.getAnnotations())
                .map(annotation -> annotation.annotationType().getAnnotation(HttpMethod.class))
                .filter(found -> found != null)
                .map(HttpMethod::value)
                .findFirst()
                .orElse(null);
    }

    private static String path(Class<?> resource, Method method) {
        Path own = method.getAnnotation(Path.class);
        String path = resource.getAnnotation(Path.class).value() + "/" + (own == null ? "" : own.value());
        return "/"
                + Stream.of(path.split("/"))
                        .filter(segment -> !segment.isEmpty())
                        .collect(Collectors.joining("/"));
    }

    private static String line(String method, String path) {
        return method + " " + path;
    }
}

package io.tocsin.wire;

import jakarta.ws.rs.HttpMethod;
import jakarta.ws.rs.Path;
import java.lang.reflect.Method;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The canonical spelling of a route, as `routes.csv` has it, of the method that serves it.
public final class RouteTemplate {

    private RouteTemplate() {}

    /// `POST /api/machines/{id}/isolate`; null for a method that serves no route.
    public static String of(Class<?> resource, Method method) {
        String verb = verb(method);
        return verb == null ? null : verb + " " + path(resource, method);
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
        return "/" + RouteTree.segments(path).collect(Collectors.joining("/"));
    }
}

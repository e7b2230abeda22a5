package io.tocsin.testkit;

import io.tocsin.idempotency.ChangesNothing;
import io.tocsin.idempotency.Idempotent;
import io.tocsin.wire.RouteTemplate;
import io.tocsin.wire.Routes;
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

    /// `METHOD path` of our own POST routes that say nothing of `Idempotency-Key`.
    public static Set<String> withoutIdempotency(List<Class<?>> resources) {
        var unsaid = new TreeSet<String>();
        for (Class<?> resource : resources) {
            for (Method method : resource.getDeclaredMethods()) {
                String route = RouteTemplate.of(resource, method);
                boolean ours = route != null && (route.startsWith("POST /v1/") || route.startsWith("POST /agent/"));
                if (ours
                        && !method.isAnnotationPresent(Idempotent.class)
                        && !method.isAnnotationPresent(ChangesNothing.class)) {
                    unsaid.add(route);
                }
            }
        }
        return unsaid;
    }

    private static Stream<String> routes(Class<?> resource) {
        return Stream.of(resource.getDeclaredMethods())
                .map(method -> RouteTemplate.of(resource, method))
                .filter(found -> found != null);
    }

    private static String line(String method, String path) {
        return method + " " + path;
    }
}

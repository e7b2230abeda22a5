package io.tocsin.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// As much of a Kubernetes API as Helm needs to install and upgrade: it keeps objects, does nothing with them but to
/// say that
/// a Job is done (or has failed), and remembers in which order they were changed.
final class FakeCluster implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();

    /// Where a kind is found: its group and version, and its plural.
    private static final Map<Kind, String> PLACES = Map.ofEntries(
            Map.entry(Kind.ConfigMap, "/api/v1/configmaps"),
            Map.entry(Kind.Secret, "/api/v1/secrets"),
            Map.entry(Kind.Service, "/api/v1/services"),
            Map.entry(Kind.ServiceAccount, "/api/v1/serviceaccounts"),
            Map.entry(Kind.Deployment, "/apis/apps/v1/deployments"),
            Map.entry(Kind.StatefulSet, "/apis/apps/v1/statefulsets"),
            Map.entry(Kind.Job, "/apis/batch/v1/jobs"),
            Map.entry(Kind.HorizontalPodAutoscaler, "/apis/autoscaling/v2/horizontalpodautoscalers"),
            Map.entry(Kind.PodDisruptionBudget, "/apis/policy/v1/poddisruptionbudgets"),
            Map.entry(Kind.NetworkPolicy, "/apis/networking.k8s.io/v1/networkpolicies"),
            Map.entry(Kind.Ingress, "/apis/networking.k8s.io/v1/ingresses"));

    private final Map<String, ObjectNode> objects = new TreeMap<>();
    private final List<String> changes = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private boolean jobsFail;

    FakeCluster() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String kubeConfig() {
        return """
                apiVersion: v1
                kind: Config
                current-context: fake
                contexts: [{name: fake, context: {cluster: fake, user: fake}}]
                clusters: [{name: fake, cluster: {server: "http://127.0.0.1:%d"}}]
                users: [{name: fake, user: {}}]
                """.formatted(server.getAddress().getPort());
    }

    /// What was made, changed and removed since the last call, as `POST Job name`, in its order; Helm's own records
    /// left out.
    synchronized List<String> changes() {
        var since = List.copyOf(changes);
        changes.clear();
        return since;
    }

    /// Every Job made from now on fails.
    synchronized void letJobsFail() {
        jobsFail = true;
    }

    synchronized void letJobsSucceed() {
        jobsFail = false;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            var path = exchange.getRequestURI().getPath();
            var body = body(exchange);
            int status = 200;
            JsonNode answer;
            synchronized (this) {
                answer = discovery(path);
                if (answer == null) {
                    answer = objects(exchange, path, body);
                }
                if (answer == null) {
                    status = 404;
                    answer = JSON.readTree("{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\","
                            + "\"reason\":\"NotFound\",\"code\":404}");
                }
            }
            var bytes = exchange.getRequestURI().toString().contains("watch=")
                    ? new byte[0]
                    : answer.toString().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private static JsonNode body(HttpExchange exchange) throws IOException {
        var bytes = exchange.getRequestBody().readAllBytes();
        return switch (exchange.getRequestMethod()) {
            case "POST", "PUT" -> ProtobufSecret.is(bytes) ? ProtobufSecret.asJson(bytes) : JSON.readTree(bytes);
            // A change is only remembered, and what is said about a removal does not matter.
            default -> JSON.createObjectNode();
        };
    }

    private static @Nullable JsonNode discovery(String path) throws IOException {
        return switch (path) {
            case "/version" -> JSON.readTree("{\"major\":\"1\",\"minor\":\"34\",\"gitVersion\":\"v1.34.0\"}");
            case "/api" -> JSON.readTree("{\"kind\":\"APIVersions\",\"versions\":[\"v1\"]}");
            case "/apis" -> groups();
            case "/openapi/v3" -> openApi();
            default -> path.startsWith("/openapi/v3/") ? openApi(path.substring(11)) : resources(path);
        };
    }

    private static JsonNode openApi() {
        var document = JSON.createObjectNode();
        var paths = document.putObject("paths");
        PLACES.values().forEach(place -> {
            var version = place.substring(1, place.lastIndexOf('/'));
            paths.putObject(version).put("serverRelativeURL", "/openapi/v3/" + version);
        });
        return document;
    }

    /// Says that the server validates by itself (`fieldValidation`), so that Helm does not ask for the models to do it.
    private static JsonNode openApi(String version) {
        var document = JSON.createObjectNode().put("openapi", "3.0.0");
        document.putObject("info").put("title", "fake").put("version", "1");
        var paths = document.putObject("paths");
        PLACES.forEach((kind, place) -> {
            if (place.startsWith(version + "/")) {
                var parts = version.split("/");
                var patch = paths.putObject(place + "/{name}").putObject("patch");
                patch.putArray("parameters")
                        .addObject()
                        .put("name", "fieldValidation")
                        .put("in", "query");
                patch.putObject("responses");
                patch.putObject("x-kubernetes-group-version-kind")
                        .put("group", parts[1].equals("api") ? "" : parts[2])
                        .put("version", parts[parts.length - 1])
                        .put("kind", kind.name());
            }
        });
        return document;
    }

    private static JsonNode groups() {
        var list = JSON.createObjectNode().put("kind", "APIGroupList").put("apiVersion", "v1");
        var groups = list.putArray("groups");
        PLACES.values().stream()
                .filter(place -> place.startsWith("/apis/"))
                .map(place -> place.split("/"))
                .map(parts -> parts[2] + "/" + parts[3])
                .distinct()
                .forEach(version -> {
                    var parts = version.split("/");
                    var group = groups.addObject().put("name", parts[0]);
                    group.putArray("versions")
                            .addObject()
                            .put("groupVersion", version)
                            .put("version", parts[1]);
                    group.putObject("preferredVersion")
                            .put("groupVersion", version)
                            .put("version", parts[1]);
                });
        return list;
    }

    private static @Nullable JsonNode resources(String path) {
        var list = JSON.createObjectNode().put("kind", "APIResourceList").put("apiVersion", "v1");
        list.put("groupVersion", path.replaceFirst("^/apis?/", ""));
        var resources = list.putArray("resources");
        PLACES.forEach((kind, place) -> {
            var end = place.lastIndexOf('/');
            if (place.substring(0, end).equals(path)) {
                var resource = resources
                        .addObject()
                        .put("name", place.substring(end + 1))
                        .put("singularName", "")
                        .put("namespaced", true)
                        .put("kind", kind.name());
                Arrays.asList("create", "delete", "get", "list", "patch", "update", "watch")
                        .forEach(resource.withArray("verbs")::add);
            }
        });
        return resources.isEmpty() ? null : list;
    }

    private @Nullable JsonNode objects(HttpExchange exchange, String path, JsonNode body) {
        var method = exchange.getRequestMethod();
        var isCollection =
                PLACES.values().stream().anyMatch(place -> path.endsWith(place.substring(place.lastIndexOf('/'))));
        var place = isCollection && method.equals("POST")
                ? path + "/" + body.at("/metadata/name").asText()
                : path;
        remember(method, place);
        switch (method) {
            case "POST", "PUT" -> objects.put(place, stored(place, (ObjectNode) body));
            case "DELETE" -> {
                var removed = objects.remove(place);
                return removed;
            }
            default -> {
                if (isCollection) {
                    return list(exchange, path);
                }
            }
        }
        return objects.get(place);
    }

    private void remember(String method, String place) {
        var parts = place.split("/");
        var name = parts[parts.length - 1];
        if (!method.equals("GET") && !name.startsWith("sh.helm.release")) {
            var kind = PLACES.entrySet().stream()
                    .filter(entry -> entry.getValue().endsWith("/" + parts[parts.length - 2]))
                    .findFirst()
                    .orElseThrow();
            if (!method.equals("DELETE") || objects.containsKey(place)) {
                changes.add(method + " " + kind.getKey() + " " + name);
            }
        }
    }

    private ObjectNode stored(String place, ObjectNode object) {
        var metadata = object.withObject("/metadata");
        metadata.put("uid", place).put("resourceVersion", "1").put("creationTimestamp", "2026-11-21T00:00:00Z");
        if (object.path("kind").asText().equals("Job")) {
            object.withObject("/status")
                    .putArray("conditions")
                    .addObject()
                    .put("type", jobsFail ? "Failed" : "Complete")
                    .put("status", "True")
                    .put("reason", "Told")
                    .put("message", "told so");
        }
        return object;
    }

    private JsonNode list(HttpExchange exchange, String path) {
        var query = exchange.getRequestURI().getRawQuery() == null
                ? ""
                : URLDecoder.decode(exchange.getRequestURI().getRawQuery(), StandardCharsets.UTF_8);
        var labels = Arrays.stream(query.split("&"))
                .filter(parameter -> parameter.startsWith("labelSelector="))
                .flatMap(parameter -> Arrays.stream(parameter.substring(14).split(",")))
                .map(label -> label.split("="))
                .collect(Collectors.toMap(label -> label[0], label -> label[1]));
        var kind = PLACES.entrySet().stream()
                .filter(entry -> path.endsWith(
                        entry.getValue().substring(entry.getValue().lastIndexOf('/'))))
                .findFirst()
                .orElseThrow();
        var list = JSON.createObjectNode()
                .put("kind", kind.getKey() + "List")
                .put("apiVersion", kind.getValue().replaceFirst("^/apis?/", "").replaceFirst("/[a-z]+$", ""));
        list.putObject("metadata").put("resourceVersion", "1");
        var items = list.putArray("items");
        objects.forEach((place, object) -> {
            if (place.startsWith(path + "/")
                    && (!query.contains("metadata.name=")
                            || query.contains("metadata.name=" + place.substring(path.length() + 1)))
                    && labels.entrySet().stream()
                            .allMatch(label -> object.at("/metadata/labels")
                                    .path(label.getKey())
                                    .asText()
                                    .equals(label.getValue()))) {
                items.add(object);
            }
        });
        return list;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

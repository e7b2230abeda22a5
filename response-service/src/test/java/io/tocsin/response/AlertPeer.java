package io.tocsin.response;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Stands for alert-service in the tests of this one, answering as docs/api.md says. What it answers, and what it was
/// asked, are system properties, since it lives in another class loader than the tests.
public final class AlertPeer implements QuarkusTestResourceLifecycleManager {

    private static final String STATUS = "tocsin.test.alert.status";
    private static final String ASKED = "tocsin.test.alert.asked";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String ALERT = """
            {"@odata.context":"https://mde.example/api/$metadata#Alerts/$entity","id":"da1","incidentId":12,"investigationId":null,
            "assignedTo":null,"severity":"High","status":"New","classification":null,"determination":null,
            "investigationState":null,"detectionSource":"ThirdPartySensors","detectorId":null,"category":"Malware",
            "threatFamilyName":null,"title":"t","description":"d","alertCreationTime":"2026-02-03T09:30:00.1183412Z",
            "firstEventTime":null,"lastEventTime":null,"lastUpdateTime":"2026-02-03T09:30:00.12Z","resolvedTime":null,
            "machineId":null,"computerDnsName":null,"rbacGroupName":null,"aadTenantId":"7a0d3f1e-2b4c-4d5e-8f60-1a2b3c4d5e6f",
            "relatedUser":null,"threatName":null,"mitreTechniques":[],"loggedOnUsers":[],"comments":[],"evidence":[],
            "domains":[]}""";

    private final Set<String> known = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    /// From now on it answers this; 201 is all well, 0 does what is asked and then breaks off.
    public static void answers(int status) {
        System.setProperty(STATUS, String.valueOf(status));
    }

    /// From now on it answers well, and has been asked nothing.
    public static void forget() {
        System.clearProperty(STATUS);
        System.clearProperty(ASKED);
    }

    /// `key body` of every call.
    public static List<String> asked() {
        String asked = System.getProperty(ASKED, "");
        return asked.isEmpty() ? List.of() : Arrays.asList(asked.split("\n"));
    }

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/v1/alerts/manual-investigation", this::raise);
        server.createContext("/api/alerts/", this::change);
        server.createContext("/v1/events", this::take);
        server.start();
        return Map.of(
                "tocsin.peers.alert-url",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void raise(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        boolean trusted = exchange.getRequestHeaders().containsKey("Authorization")
                && exchange.getRequestHeaders().containsKey("Tocsin-Tenant")
                && key != null;
        synchronized (AlertPeer.class) {
            String before = System.getProperty(ASKED, "");
            String line = key + " " + asked;
            System.setProperty(ASKED, before.isEmpty() ? line : before + "\n" + line);
        }
        int status = trusted ? Integer.getInteger(STATUS, 201) : 401;
        String body = "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"m\",\"target\":\"t\"}}";
        if (status == 201) {
            body = JSON.createObjectNode()
                    .put("id", asked.path("alertId").asText())
                    .toString();
            status = known.add(key) ? 201 : 200;
        }
        if (status == 0) {
            known.add(key);
            exchange.close();
            return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("X-Request-Id", UUID.randomUUID().toString());
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    /// All lines are stored, as it says.
    private void take(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        boolean trusted = exchange.getRequestHeaders().containsKey("Authorization")
                && exchange.getRequestHeaders().containsKey("Tocsin-Tenant");
        synchronized (AlertPeer.class) {
            String before = System.getProperty(ASKED, "");
            String line = exchange.getRequestURI().getQuery() + " "
                    + exchange.getRequestHeaders().getFirst("Content-Type") + " "
                    + body.strip().replace("\n", "|");
            System.setProperty(ASKED, before.isEmpty() ? line : before + "\n" + line);
        }
        int status = trusted ? Integer.getInteger(STATUS, 200) : 401;
        long lines = body.lines().count();
        String answer = status == 200
                ? "{\"received\":" + lines + ",\"stored\":" + lines
                        + ",\"duplicates\":0,\"skipped\":0,\"skippedBy\":{},\"failed\":0,\"errors\":[]}"
                : "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"m\",\"target\":\"t\"}}";
        if (status == 429) {
            exchange.getResponseHeaders().add("Retry-After", "7");
        }
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("X-Request-Id", UUID.randomUUID().toString());
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void change(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        synchronized (AlertPeer.class) {
            String before = System.getProperty(ASKED, "");
            String line = exchange.getRequestMethod() + " " + path + " " + asked;
            System.setProperty(ASKED, before.isEmpty() ? line : before + "\n" + line);
        }
        ObjectNode alert = (ObjectNode) JSON.readTree(ALERT);
        alert.put("id", path.substring(path.lastIndexOf('/') + 1));
        asked.properties().forEach(property -> alert.set(property.getKey(), property.getValue()));
        byte[] bytes = alert.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("OData-Version", "4.0");
        exchange.getResponseHeaders().add("X-Request-Id", UUID.randomUUID().toString());
        exchange.sendResponseHeaders(200, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}

package io.tocsin.alert;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// Stands for response-service in the tests of this one, answering `POST /v1/investigations` as docs/api.md says. What
/// it answers, and what it was asked, are system properties, since it lives in another class loader than the tests.
public final class ResponsePeer implements QuarkusTestResourceLifecycleManager {

    private static final String STATUS = "tocsin.test.response.status";
    private static final String ASKED = "tocsin.test.response.asked";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Map<String, Long> started = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong(330);
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

    /// `key alertId machineId incidentId` of every call.
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
        server.createContext("/v1/investigations", this::investigate);
        server.start();
        return Map.of(
                "tocsin.peers.response-url",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void investigate(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        boolean trusted = exchange.getRequestHeaders().containsKey("Authorization")
                && exchange.getRequestHeaders().containsKey("Tocsin-Tenant")
                && key != null;
        synchronized (ResponsePeer.class) {
            String line = key + " " + asked.path("alertId").asText() + " "
                    + asked.path("machineId").asText() + " "
                    + asked.path("incidentId").asText();
            String before = System.getProperty(ASKED, "");
            System.setProperty(ASKED, before.isEmpty() ? line : before + "\n" + line);
        }
        int status = trusted ? Integer.getInteger(STATUS, 201) : 401;
        String body = "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"m\",\"target\":\"t\"}}";
        if (status == 201 || status == 0) {
            boolean again = started.containsKey(key);
            long id = started.computeIfAbsent(key, unused -> ids.incrementAndGet());
            body = JSON.createObjectNode()
                    .put("id", "" + id)
                    .put("state", "Queued")
                    .toString();
            status = status == 0 ? 0 : again ? 200 : 201;
        }
        if (status == 0) {
            exchange.close();
            return;
        }
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders()
                .add("X-Request-Id", java.util.UUID.randomUUID().toString());
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}

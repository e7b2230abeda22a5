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
import java.util.Map;

/// Stands for indicator-service in the tests of this one, answering as docs/api.md says. The end-to-end tests have the
/// real
/// one. What it blocks is set by a system property, since it lives in another class loader than the tests.
public final class IndicatorPeer implements QuarkusTestResourceLifecycleManager {

    private static final String BLOCKED = "tocsin.test.peer.blocked";
    private static final String SPARSE = "tocsin.test.peer.sparse";
    private static final String MACHINE = "tocsin.test.peer.machine";
    private static final String DOWN = "down";
    private static final ObjectMapper JSON = new ObjectMapper();

    private HttpServer server;

    /// From now on this value matches; nothing when empty.
    public static void blocks(String value) {
        System.setProperty(BLOCKED, value);
        System.clearProperty(SPARSE);
        System.clearProperty(MACHINE);
    }

    /// From now on this value matches by an indicator of the device group that only this machine is in.
    public static void blocksOn(String machine, String value) {
        blocks(value);
        System.setProperty(MACHINE, machine);
    }

    /// From now on this value matches an audited indicator that has nothing optional, not even `generateAlert`.
    public static void audits(String value) {
        System.setProperty(BLOCKED, value);
        System.setProperty(SPARSE, "true");
    }

    /// From now on every call fails.
    public static void goesDown() {
        System.setProperty(BLOCKED, DOWN);
    }

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/v1/indicators/match", IndicatorPeer::match);
        server.start();
        return Map.of(
                "tocsin.peers.indicator-url",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private static void match(HttpExchange exchange) throws IOException {
        String blocked = System.getProperty(BLOCKED, "");
        boolean trusted = exchange.getRequestHeaders().containsKey("Authorization")
                && exchange.getRequestHeaders().containsKey("Tocsin-Tenant");
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        var answer = JSON.createObjectNode();
        var verdicts = answer.putArray("value");
        for (JsonNode value : asked.get("values")) {
            var verdict = verdicts.addObject();
            verdict.setAll((com.fasterxml.jackson.databind.node.ObjectNode) value);
            String machine = System.getProperty(MACHINE);
            boolean spoken = isNamed(value, blocked);
            boolean matched = spoken
                    && (machine == null
                            || machine.equals(value.path("machineId").asText()));
            if (spoken && !matched) {
                verdict.putArray("candidates").addObject().put("id", "412").put("lostBy", "AnotherDeviceGroup");
            }
            boolean sparse = Boolean.getBoolean(SPARSE);
            verdict.put("matched", matched)
                    .put("action", !matched ? null : sparse ? "Audit" : "Block")
                    .put("generateAlert", matched && !sparse);
            if (matched && sparse) {
                verdict.putObject("indicator")
                        .put("id", "413")
                        .put("indicatorValue", blocked)
                        .putNull("title")
                        .putNull("severity")
                        .putNull("mitreTechniques");
            } else if (matched) {
                verdict.putObject("indicator")
                        .put("id", "412")
                        .put("indicatorType", value.get("type").asText())
                        .put("indicatorValue", blocked)
                        .put("action", "Block")
                        .put("title", "C2 " + blocked)
                        .put("description", "case 812")
                        .put("severity", "High")
                        .put("category", 512);
            } else {
                verdict.putNull("indicator");
            }
        }
        byte[] body = answer.toString().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(!trusted ? 401 : blocked.equals(DOWN) ? 503 : 200, body.length);
        try (var out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    private static boolean isNamed(JsonNode value, String blocked) {
        for (JsonNode also : value.path("also")) {
            if (also.path("value").asText().equals(blocked)) {
                return true;
            }
        }
        return value.get("value").asText().equals(blocked);
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}

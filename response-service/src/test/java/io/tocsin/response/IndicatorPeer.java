package io.tocsin.response;

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
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Stands for indicator-service in the tests of this one, answering as docs/api.md says. What it answers, and what it
/// was
/// asked, are system properties, since it lives in another class loader than the tests.
public final class IndicatorPeer implements QuarkusTestResourceLifecycleManager {

    private static final String STATUS = "tocsin.test.indicator.status";
    private static final String ASKED = "tocsin.test.indicator.asked";
    private static final String DECIDES = "tocsin.test.indicator.decides";
    private static final String REFUSES = "tocsin.test.indicator.refuses";
    private static final String DELETED = "tocsin.test.indicator.deleted";
    private static final String FILTERS = "tocsin.test.indicator.filters";
    private static final String MACHINES = "tocsin.test.indicator.machines";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final String SENT =
            "indicatorValue indicatorType action title description severity expirationTime generateAlert application";
    private static final String PROPERTIES =
            "id indicatorValue indicatorType action createdBy severity category application"
                    + " educateUrl bypassDurationHours title description recommendedActions creationTimeDateTimeUtc"
                    + " expirationTime lastUpdateTime lastUpdatedBy rbacGroupNames rbacGroupIds certificateInfo notificationId"
                    + " notificationBody version mitreTechniques historicalDetection lookBackPeriod generateAlert additionalInfo"
                    + " createdByDisplayName externalId createdBySource";

    private final Map<String, JsonNode> known = new ConcurrentHashMap<>();
    private HttpServer server;

    /// From now on it answers this; 200 is all well, 0 does what is asked and then breaks off.
    public static void answers(int status) {
        System.setProperty(STATUS, String.valueOf(status));
    }

    /// From now on an indicator with the id 412 and this action decides over every value.
    public static void decides(String action) {
        System.setProperty(DECIDES, action);
    }

    /// From now on it takes no new indicator, for this reason.
    public static void refuses(String code) {
        System.setProperty(REFUSES, code);
    }

    /// From now on it answers well, has been asked nothing, and knows no indicator but those it is sent.
    public static void forget() {
        for (String property : List.of(STATUS, ASKED, DECIDES, REFUSES, DELETED, FILTERS, MACHINES)) {
            System.clearProperty(property);
        }
    }

    /// The ids of what was deleted.
    public static List<String> deleted() {
        String deleted = System.getProperty(DELETED, "");
        return deleted.isEmpty() ? List.of() : Arrays.asList(deleted.split("\n"));
    }

    /// What was asked of filters, by its query.
    public static List<String> filters() {
        String filters = System.getProperty(FILTERS, "");
        return filters.isEmpty() ? List.of() : Arrays.asList(filters.split("\n"));
    }

    /// The machine values were last asked for, or nothing.
    public static String machine() {
        return System.getProperty(MACHINES, "");
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
        server.createContext("/v1/indicators", this::submit);
        server.createContext("/v1/indicators/match", this::match);
        server.createContext("/v1/indicators/77", this::delete);
        server.createContext("/v1/feeds/indicators/filter", this::filter);
        server.start();
        return Map.of(
                "tocsin.peers.indicator-url",
                "http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void submit(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
        boolean trusted = exchange.getRequestHeaders().containsKey("Authorization")
                && exchange.getRequestHeaders().containsKey("Tocsin-Tenant")
                && key != null;
        synchronized (IndicatorPeer.class) {
            String before = System.getProperty(ASKED, "");
            String line = key + " " + asked;
            System.setProperty(ASKED, before.isEmpty() ? line : before + "\n" + line);
        }
        int status = trusted ? Integer.getInteger(STATUS, 200) : 401;
        String body = "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"m\",\"target\":\"t\"}}";
        String refused = System.getProperty(REFUSES);
        if (status == 200 && !asked.equals(known.computeIfAbsent(String.valueOf(key), first -> asked))) {
            status = 422;
            body = "{\"error\":{\"code\":\"IdempotencyKeyReused\",\"message\":\"m\",\"target\":\"t\"}}";
        } else if (status == 200 && refused != null) {
            status = 400;
            body = "{\"error\":{\"code\":\"" + refused + "\",\"message\":\"m\",\"target\":\"t\"}}";
        } else if (status == 200) {
            body = stored(asked);
        }
        if (status == 0) {
            known.putIfAbsent(key, asked);
            exchange.close();
            return;
        }
        answer(exchange, status, body);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("X-Request-Id", UUID.randomUUID().toString());
        if (bytes.length > 0) {
            exchange.getResponseHeaders().add("Content-Type", "application/json");
        }
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private static boolean isTrusted(HttpExchange exchange) {
        return exchange.getRequestHeaders().containsKey("Authorization")
                && exchange.getRequestHeaders().containsKey("Tocsin-Tenant");
    }

    private void filter(HttpExchange exchange) throws IOException {
        int status = isTrusted(exchange) ? Integer.getInteger(STATUS, 200) : 401;
        String query = exchange.getRequestURI().getQuery() == null
                ? "-"
                : exchange.getRequestURI().getQuery();
        synchronized (IndicatorPeer.class) {
            String before = System.getProperty(FILTERS, "");
            System.setProperty(FILTERS, before.isEmpty() ? query : before + "\n" + query);
        }
        byte[] bytes = ("filter " + query).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("X-Request-Id", UUID.randomUUID().toString());
        exchange.getResponseHeaders().add("Content-Type", "application/octet-stream");
        exchange.sendResponseHeaders(status, bytes.length);
        try (var out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void match(HttpExchange exchange) throws IOException {
        JsonNode asked = JSON.readTree(exchange.getRequestBody());
        System.setProperty(
                MACHINES, asked.path("values").path(0).path("machineId").asText());
        int status = isTrusted(exchange) ? Integer.getInteger(STATUS, 200) : 401;
        String action = System.getProperty(DECIDES);
        var answer = JSON.createObjectNode();
        var verdicts = answer.putArray("value");
        for (JsonNode value : asked.path("values")) {
            var verdict = verdicts.addObject()
                    .put("type", value.path("type").asText())
                    .put("value", value.path("value").asText())
                    .put("matched", action != null)
                    .put("action", action);
            verdict.put("generateAlert", action != null);
            verdict.set("indicator", action == null ? null : indicator(value, action));
            verdict.put("rule", (String) null).putArray("candidates");
        }
        answer(
                exchange,
                status,
                status == 200
                        ? answer.toString()
                        : "{\"error\":{\"code\":\"ServiceUnavailable\",\"message\":\"m\",\"target\":\"t\"}}");
    }

    private static JsonNode indicator(JsonNode value, String action) {
        var indicator = JSON.createObjectNode()
                .put("id", "412")
                .put("indicatorType", value.path("type").asText())
                .put("indicatorValue", value.path("value").asText())
                .put("action", action)
                .put("title", "C2")
                .put("description", "NDR case 812")
                .put("severity", "High")
                .put("category", 1)
                .putNull("recommendedActions");
        indicator.putArray("mitreTechniques");
        return indicator.putNull("expirationTime");
    }

    private void delete(HttpExchange exchange) throws IOException {
        int status = isTrusted(exchange) ? Integer.getInteger(STATUS, 204) : 401;
        if (status == 204) {
            synchronized (IndicatorPeer.class) {
                String before = System.getProperty(DELETED, "");
                System.setProperty(DELETED, before.isEmpty() ? "77" : before + "\n77");
            }
        }
        answer(
                exchange,
                status,
                status == 204 ? "" : "{\"error\":{\"code\":\"c\",\"message\":\"m\",\"target\":\"t\"}}");
    }

    private static String stored(JsonNode asked) {
        var view = JSON.createObjectNode();
        for (String property : PROPERTIES.split(" ")) {
            view.putNull(property);
        }
        for (String property : SENT.split(" ")) {
            view.set(property, asked.get(property));
        }
        view.put("id", "77")
                .put("createdBy", "response-service")
                .put("createdByDisplayName", "response-service")
                .put("createdBySource", "PublicApi")
                .put("creationTimeDateTimeUtc", "2026-02-03T09:30:00.1183412Z")
                .put("lastUpdateTime", "2026-02-03T09:30:00.1183412Z")
                .put("historicalDetection", false)
                .put("category", 1);
        for (String property : List.of("rbacGroupNames", "rbacGroupIds", "mitreTechniques")) {
            view.putArray(property);
        }
        return view.toString();
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}

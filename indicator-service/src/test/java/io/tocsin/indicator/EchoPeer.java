package io.tocsin.indicator;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/// Stands for the other services in the tests of this one: response-service answers what it was asked, alert-service is
/// down.
public final class EchoPeer implements QuarkusTestResourceLifecycleManager {

    private static final ObjectMapper JSON = new ObjectMapper();

    private HttpServer server;

    @Override
    public Map<String, String> start() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", EchoPeer::echo);
        server.start();
        return Map.of(
                "tocsin.peers.response-url",
                "http://127.0.0.1:" + server.getAddress().getPort(),
                "tocsin.peers.alert-url",
                "http://127.0.0.1:" + closedPort());
    }

    private static void echo(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        var echo = new LinkedHashMap<String, Object>();
        echo.put("method", exchange.getRequestMethod());
        echo.put("uri", exchange.getRequestURI().toString());
        exchange.getRequestHeaders().forEach((name, values) -> echo.put(name.toLowerCase(), values.getFirst()));
        echo.put("length", body.length);
        echo.put("digest", digest(body));
        byte[] answer = JSON.writeValueAsString(echo).getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders()
                .add("X-Request-Id", exchange.getRequestHeaders().getFirst("Tocsin-Forwarded"));
        exchange.sendResponseHeaders(202, answer.length);
        try (var out = exchange.getResponseBody()) {
            out.write(answer);
        }
    }

    /// SHA-256 in hex.
    public static String digest(byte[] body) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(body));
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }

    private static int closedPort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    @Override
    public void stop() {
        server.stop(0);
    }
}

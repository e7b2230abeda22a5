package io.tocsin.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GatewayTest {

    private final List<HttpServer> stubs = new ArrayList<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private Gateway gateway;
    private int port;

    @BeforeEach
    void startGateway() throws IOException {
        var alert = stub("alert-service");
        var response = stub("response-service");
        var prefixes = PrefixTable.read(Path.of("../helm/tocsin/files/prefixes.csv"));
        gateway = new Gateway(
                prefixes, Map.of(Service.ALERT, alert, Service.RESPONSE, response, Service.INDICATOR, freePort()));
        port = gateway.listen(0);
    }

    @AfterEach
    void stop() {
        gateway.close();
        stubs.forEach(stub -> stub.stop(0));
    }

    @Test
    void shouldSendARequestToTheOwnerOfItsPrefixWithThePathUntouched() throws Exception {
        assertThat(get("/api/machines/a%2Fb?$filter=x%20eq%20'y'").body())
                .contains("response-service GET /api/machines/a%2Fb?$filter=x%20eq%20'y'\n");
        assertThat(get("/api/alerts").body()).contains("alert-service GET /api/alerts\n");
    }

    @Test
    void shouldSayItselfForWhomItForwards() throws Exception {
        // When
        var seen = get(
                        "/api/alerts",
                        "X-Forwarded-For",
                        "198.51.100.1",
                        "X-Forwarded-Host",
                        "evil.example",
                        "X-Forwarded-Proto",
                        "https",
                        "Forwarded",
                        "for=198.51.100.1",
                        "Tocsin-Forwarded",
                        "response-service",
                        "Tocsin-Tenant",
                        "kept")
                .body();

        // Then
        assertThat(seen)
                .contains(
                        "x-forwarded-for: 127.0.0.1\n",
                        "x-forwarded-host: 127.0.0.1:" + port + "\n",
                        "x-forwarded-proto: http\n",
                        "tocsin-tenant: kept\n")
                .doesNotContain("evil.example", "198.51.100.1", "tocsin-forwarded");
    }

    @Test
    void shouldAnswerWithTheEnvelopeWhenAServiceIsDown() throws Exception {
        // When
        var answer = get("/api/indicators");

        // Then
        var id = answer.headers().firstValue("X-Request-Id").orElseThrow();
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Retry-After")).hasValue("1");
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json; charset=utf-8");
        assertThat(UUID.fromString(id)).hasToString(id);
        assertThat(answer.body())
                .matches("\\{\"error\":\\{\"code\":\"ServiceUnavailable\",\"message\":"
                        + "\"indicator-service [^\"]+\",\"target\":\"" + id + "\"}}");
    }

    @Test
    void shouldStreamABodyThatIsLargerThanItsMemoryWouldLike() throws Exception {
        // Given
        var megabytes = 64;
        var chunk = new byte[1024 * 1024];

        // When
        var answer = client.send(
                HttpRequest.newBuilder(uri("/v1/events"))
                        .POST(BodyPublishers.ofByteArrays(Collections.nCopies(megabytes, chunk)))
                        .build(),
                BodyHandlers.ofString());

        // Then
        assertThat(answer.body()).contains("body: " + megabytes * 1024L * 1024L + "\n");
    }

    @Test
    void shouldPassARequestWithoutBodyAndLengthThrough() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            // When
            socket.getOutputStream()
                    .write("POST /v1/events HTTP/1.1\r\nHost: tocsin.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));

            // Then
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 200")
                    .contains("host: tocsin.example\n", "x-forwarded-host: tocsin.example", "body: 0\n");
        }
    }

    private HttpResponse<String> get(String path, String... headers) throws Exception {
        var request = HttpRequest.newBuilder(uri(path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /// Tells what it was sent.
    private int stub(String name) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> echo(name, exchange));
        server.start();
        stubs.add(server);
        return server.getAddress().getPort();
    }

    private static void echo(String name, HttpExchange exchange) {
        try (exchange) {
            var length = exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
            var text = new StringBuilder(name + " " + exchange.getRequestMethod() + " " + exchange.getRequestURI()
                    + "\nbody: " + length + "\n");
            exchange.getRequestHeaders()
                    .forEach((header, values) -> text.append(header.toLowerCase(Locale.ROOT))
                            .append(": ")
                            .append(String.join(",", values))
                            .append('\n'));
            var bytes = text.toString().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}

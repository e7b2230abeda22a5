package io.tocsin.indicator.source;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;

/// Serves lists on this machine and remembers how it was asked.
final class ListServer implements AutoCloseable {

    /// @param headers as the client sent them, by their names in lower case
    record Asked(String target, Map<String, String> headers) {}

    record Answer(int status, Map<String, String> headers, byte[] body) {

        static Answer of(String body) {
            return new Answer(200, Map.of(), body.getBytes(StandardCharsets.UTF_8));
        }

        static Answer status(int status) {
            return new Answer(status, Map.of(), new byte[0]);
        }

        Answer with(String name, String value) {
            var all = new java.util.HashMap<>(headers);
            all.put(name, value);
            return new Answer(status, all, body);
        }

        Answer packed() {
            var packed = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(packed)) {
                gzip.write(body);
            } catch (IOException impossible) {
                throw new UncheckedIOException(impossible);
            }
            return new Answer(status, headers, packed.toByteArray());
        }
    }

    private final HttpServer server;
    private final List<Asked> asked = new CopyOnWriteArrayList<>();
    private volatile Function<Asked, Answer> answering = any -> Answer.status(404);

    ListServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        server.createContext("/", this::answer);
        server.start();
    }

    void answers(Function<Asked, Answer> answer) {
        answering = answer;
    }

    void answers(Answer answer) {
        answering = any -> answer;
    }

    List<Asked> asked() {
        return asked;
    }

    String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void answer(HttpExchange exchange) throws IOException {
        Map<String, String> headers = new java.util.HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        var one = new Asked(exchange.getRequestURI().toString(), headers);
        asked.add(one);
        Answer answer = answering.apply(one);
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
        try (var out = exchange.getResponseBody()) {
            out.write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

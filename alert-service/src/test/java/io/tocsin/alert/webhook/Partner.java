package io.tocsin.alert.webhook;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.restassured.path.json.JsonPath;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A partner's server, on the loopback: keeps what it gets and answers what the test says.
final class Partner implements AutoCloseable {

    /// A request as it came.
    record Received(Map<String, String> headers, String body) {

        String header(String name) {
            return headers.get(name.toLowerCase(java.util.Locale.ROOT));
        }

        JsonPath json() {
            return JsonPath.from(body);
        }

        /// `created da1`
        String told() {
            JsonObject event = event();
            String type = event.getString("type");
            return type.substring(type.lastIndexOf('.') + 1) + " " + event.getString("subject");
        }

        String id() {
            return event().getString("id");
        }

        /// Thousands are read in one test, for which the paths of [#json()] are too slow.
        private JsonObject event() {
            return new JsonObject(body);
        }

        /// Verified as docs/partners.md says.
        boolean isSignedWith(String secret) {
            try {
                byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key, "HmacSHA256"));
                String signed = header("webhook-id") + "." + header("webhook-timestamp") + "." + body;
                String wanted = "v1,"
                        + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
                return Arrays.asList(header("webhook-signature").split(" ")).contains(wanted);
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    /// @param headers of the answer
    record Answer(int status, Map<String, String> headers, int length) {

        static Answer of(int status) {
            return new Answer(status, Map.of(), 0);
        }
    }

    private final HttpServer server;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private final CountDownLatch open = new CountDownLatch(1);
    private volatile Function<Received, Answer> answers = request -> Answer.of(204);

    Partner() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        }
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::take);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook?a=b";
    }

    Partner answers(Function<Received, Answer> answers) {
        this.answers = answers;
        return this;
    }

    Partner answers(int status) {
        return answers(request -> Answer.of(status));
    }

    /// From now on no request is answered.
    Partner hangs() {
        return answers(request -> {
            try {
                open.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            return Answer.of(204);
        });
    }

    List<Received> received() {
        return List.copyOf(received);
    }

    List<String> told() {
        return received.stream().map(Received::told).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        var headers = new java.util.HashMap<String, String>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
        var request =
                new Received(headers, new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Answer answer = answers.apply(request);
        received.add(request);
        answer.headers().forEach(exchange.getResponseHeaders()::add);
        exchange.sendResponseHeaders(answer.status(), answer.length() == 0 ? -1 : answer.length());
        if (answer.length() > 0) {
            try (var body = exchange.getResponseBody()) {
                body.write(new byte[answer.length()]);
            }
        }
        exchange.close();
    }

    /// What came, without what came again.
    List<String> firsts() {
        var seen = new java.util.LinkedHashSet<String>();
        var firsts = new ArrayList<String>();
        for (Received one : received) {
            if (seen.add(one.id())) {
                firsts.add(one.told());
            }
        }
        return firsts;
    }

    @Override
    public void close() {
        open.countDown();
        server.stop(0);
    }
}

package io.tocsin.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/// A client in the field: what gets no answer, or is told to come again, it sends again with the same key until it is
/// answered. Any other refusal is written down as a fault of the platform.
final class Client {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final String url;
    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicLong repeated = new AtomicLong();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();

    Client(String url) {
        this.url = url;
    }

    /// @param status what answered it, one of those it waited for
    record Answer(int status, JsonNode body) {}

    /// Sends until one of these comes, or until it is given up.
    Optional<Answer> until(
            BooleanSupplier givenUp, String method, String path, String token, String body, Integer... expected) {
        String key = UUID.randomUUID().toString();
        var wanted = java.util.List.of(expected);
        for (int attempt = 0; !givenUp.getAsBoolean(); attempt++) {
            if (attempt > 0) {
                repeated.incrementAndGet();
                pause(Math.min(1_000, 50L << Math.min(attempt, 5)));
            }
            try {
                HttpResponse<String> answer = send(method, path, token, key, body);
                if (wanted.contains(answer.statusCode())) {
                    return Optional.of(new Answer(answer.statusCode(), read(answer)));
                }
                if (!isTryAgain(answer)) {
                    wrong.add(method + " " + path + " got " + answer.statusCode() + " " + answer.body());
                    return Optional.empty();
                }
            } catch (IOException gone) {
                // nobody knows whether it was done
            }
        }
        return Optional.empty();
    }

    /// The balancer says 502 when the replica broke off; 409 of a key says that its first request still runs.
    private static boolean isTryAgain(HttpResponse<String> answer) {
        int status = answer.statusCode();
        return status == 429
                || status == 502
                || status == 503
                || status == 409 && answer.headers().firstValue("Retry-After").isPresent();
    }

    /// One try.
    HttpResponse<String> send(String method, String path, String token, String key, String body) throws IOException {
        var request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Authorization", "Bearer " + token)
                .timeout(PATIENCE.plusSeconds(path.contains("wait=") ? 5 : 0))
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        if (key != null && method.equals("POST")) {
            request.header("Idempotency-Key", key);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException(stopped);
        }
    }

    private static JsonNode read(HttpResponse<String> answer) throws IOException {
        return answer.body().isEmpty() ? JSON.nullNode() : JSON.readTree(answer.body());
    }

    void wrong(String what) {
        wrong.add(what);
    }

    /// Answers no client should get, and what did not hold.
    Queue<String> wrong() {
        return wrong;
    }

    /// How often something was sent again.
    long repeated() {
        return repeated.get();
    }

    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void close() {
        http.shutdownNow();
    }
}

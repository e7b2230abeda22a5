package io.tocsin.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// An agent that reads its actions as server-sent events and works on what it is given. A stream that breaks off, or
/// ends without saying when to come again, is a failure.
final class StreamedAgent {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String url;
    private final String credential;
    private final Queue<String> failures;
    private final Consumer<JsonNode> worker;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final AtomicLong sentOn = new AtomicLong();
    private volatile boolean stopping;

    /// @param worker does and reports an action
    StreamedAgent(String url, String credential, Queue<String> failures, Consumer<JsonNode> worker) {
        this.url = url;
        this.credential = credential;
        this.failures = failures;
        this.worker = worker;
    }

    void follow() {
        try {
            while (!stopping) {
                long pause = read();
                if (!stopping) {
                    sentOn.incrementAndGet();
                    Thread.sleep(pause);
                }
            }
        } catch (IOException | UncheckedIOException | IllegalStateException failed) {
            failures.add(Instant.now() + " an agent that reads a stream: " + failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            client.shutdownNow();
        }
    }

    /// One stream, until it ends.
    ///
    /// @return how many milliseconds it said to wait
    private long read() throws IOException, InterruptedException {
        HttpResponse<Stream<String>> answer = client.send(
                HttpRequest.newBuilder(URI.create(url + "/agent/v1/actions"))
                        .timeout(Duration.ofSeconds(60))
                        .header("Authorization", "Bearer " + credential)
                        .header("Accept", "text/event-stream")
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("status " + answer.statusCode());
        }
        int hints = 0;
        long pause = 0;
        try (Stream<String> lines = answer.body()) {
            for (Iterator<String> each = lines.iterator(); !stopping && each.hasNext(); ) {
                String line = each.next();
                if (line.startsWith("retry: ")) {
                    hints++;
                    pause = Long.parseLong(line.substring(7));
                } else if (line.startsWith("data: ")) {
                    JSON.readTree(line.substring(6)).path("value").forEach(worker);
                }
            }
        }
        if (!stopping && hints < 2) {
            throw new IllegalStateException("a stream of actions ended without a hint");
        }
        return pause;
    }

    /// It goes with the next line, which a quiet stream has every twenty seconds.
    void stop() {
        stopping = true;
    }

    /// How many streams ended, with a hint, and were begun again.
    long sentOn() {
        return sentOn.get();
    }
}

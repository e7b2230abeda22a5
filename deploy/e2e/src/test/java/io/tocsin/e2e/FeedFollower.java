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
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/// A reader of the alerts' feed that keeps the cursor of the last line it has worked off and comes back with it. An
/// answer
/// that breaks off, a line twice, and a stream that ends without saying when to come again are failures.
final class FeedFollower {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LATE = Duration.ofSeconds(90);

    private final String url;
    private final String token;
    private final Queue<String> failures;
    private final boolean events;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final Map<String, Integer> cursors = new HashMap<>();
    private int answers;
    private final Set<String> created = ConcurrentHashMap.newKeySet();
    private final AtomicLong wentOn = new AtomicLong();
    private String cursor;
    private volatile long wanted = Long.MAX_VALUE;
    private volatile Instant late = Instant.MAX;

    private FeedFollower(String url, String token, Queue<String> failures, boolean events) {
        this.url = url;
        this.token = token;
        this.failures = failures;
        this.events = events;
    }

    /// A reader of server-sent events.
    static FeedFollower ofEvents(String url, String token, Queue<String> failures) {
        return new FeedFollower(url, token, failures, true);
    }

    /// A reader of pages of NDJSON, which waits for the next.
    static FeedFollower ofPages(String url, String token, Queue<String> failures) {
        return new FeedFollower(url, token, failures, false);
    }

    void follow() {
        try {
            while (!isDone()) {
                if (events) {
                    readEvents();
                } else {
                    readPage();
                }
            }
        } catch (IOException | UncheckedIOException | IllegalStateException failed) {
            failures.add(Instant.now() + " a reader of the feed: " + failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isDone() {
        return created.size() >= wanted || Instant.now().isAfter(late);
    }

    private void readPage() throws IOException, InterruptedException {
        HttpResponse<Stream<String>> answer = client.send(
                request(cursor == null ? "from=beginning" : "wait=5&cursor=" + cursor)
                        .build(),
                HttpResponse.BodyHandlers.ofLines());
        check(answer);
        String end = null;
        for (String line : (Iterable<String>) answer.body()::iterator) {
            JsonNode row = JSON.readTree(line);
            end = row.path("cursor").asText();
            if (row.has("alert")) {
                take(end, row);
                end = null;
            }
        }
        if (end == null) {
            throw new IllegalStateException("a page without its end");
        }
        cursor = end;
    }

    private void readEvents() throws IOException, InterruptedException {
        var request = request("from=beginning").header("Accept", "text/event-stream");
        if (cursor != null) {
            request.header("Last-Event-ID", cursor);
        }
        HttpResponse<Stream<String>> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
        check(answer);
        int hints = 0;
        String id = null;
        try (Stream<String> lines = answer.body()) {
            for (Iterator<String> each = lines.iterator(); !isDone() && each.hasNext(); ) {
                String line = each.next();
                if (line.startsWith("retry: ")) {
                    hints++;
                } else if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("data: ")) {
                    take(id, JSON.readTree(line.substring(6)));
                    cursor = id;
                }
            }
        }
        if (!isDone()) {
            if (hints < 2) {
                throw new IllegalStateException("a stream of events ended without a hint");
            }
            wentOn.incrementAndGet();
        }
    }

    private void take(String at, JsonNode row) {
        Integer before = cursors.putIfAbsent(at, answers);
        if (before != null) {
            throw new IllegalStateException(
                    "a change came twice, in answer " + before + " and in " + answers + ": " + row);
        }
        if (row.path("change").asText().equals("Created")) {
            String id = row.path("alert").path("id").asText();
            if (!created.add(id)) {
                throw new IllegalStateException("an alert was created twice: " + id);
            }
        }
        cursor = at;
    }

    private void check(HttpResponse<?> answer) {
        answers++;
        if (answer.statusCode() != 200) {
            throw new IllegalStateException("status " + answer.statusCode());
        }
    }

    private HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create(url + "/v1/feeds/alerts?" + query))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token);
    }

    /// Reads on until it has seen so many alerts created, or for a while.
    void stopAfter(long alerts) {
        late = Instant.now().plus(LATE);
        wanted = alerts;
    }

    Set<String> created() {
        return Set.copyOf(created);
    }

    /// How often a stream of events ended and was begun again elsewhere; of pages, which wait only for seconds, nothing
    /// is
    /// to be told.
    long wentOn() {
        return wentOn.get();
    }
}

package io.tocsin.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.stream.Collectors;

/// A product that pushes alerts, one by one or as streams, writes down which were acknowledged, and sends again
/// what was not, to the other replica: as a sender in the field does.
final class AlertSender {

    private static final ObjectMapper JSON = new ObjectMapper();
    static final int LINES = 300;

    private final IntFunction<Replica> replicas;
    private final String token;
    private final String name;
    private final boolean streams;
    private final Set<String> sent = ConcurrentHashMap.newKeySet();
    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final List<String> failures = new ArrayList<>();
    private final AtomicInteger broken = new AtomicInteger();
    private final Thread thread;
    private volatile boolean stopping;

    private AlertSender(IntFunction<Replica> replicas, String token, String name, boolean streams) {
        this.replicas = replicas;
        this.token = token;
        this.name = name;
        this.streams = streams;
        this.thread = Thread.ofVirtual().unstarted(this::push);
    }

    /// @param replicas the replica of a number, as it runs now
    static AlertSender start(IntFunction<Replica> replicas, String token, String name, boolean streams) {
        var sender = new AlertSender(replicas, token, name, streams);
        sender.thread.start();
        return sender;
    }

    private void push() {
        int next = 0;
        while (!stopping && failures.isEmpty()) {
            Set<String> wanted = new LinkedHashSet<>();
            for (int i = 0; i < (streams ? LINES : 1); i++) {
                wanted.add(name + "-" + next++);
            }
            sent.addAll(wanted);
            pause(streams ? 400 : 20); // a replica that starts beside it wants a processor, too
            for (int attempt = 0; !wanted.isEmpty() && failures.isEmpty(); attempt++) {
                if (attempt > 0) {
                    broken.incrementAndGet();
                    pause(50);
                }
                try {
                    Replica replica = replicas.apply(next + attempt);
                    Set<String> taken = streams ? stream(replica, wanted) : single(replica, wanted);
                    acknowledged.addAll(taken);
                    wanted.removeAll(taken);
                } catch (IOException gone) {
                    // sent again
                }
            }
        }
    }

    private Set<String> single(Replica replica, Set<String> wanted) throws IOException {
        HttpResponse<String> answer =
                replica.post("/v1/alerts", token, null, alert(wanted.iterator().next()));
        return isDone(answer.statusCode(), answer.body()) ? Set.copyOf(wanted) : Set.of();
    }

    private Set<String> stream(Replica replica, Set<String> wanted) throws IOException {
        String lines = wanted.stream().map(this::alert).collect(Collectors.joining("\n"));
        HttpResponse<String> answer = replica.send(
                "/v1/alerts",
                request -> request.header("Authorization", "Bearer " + token)
                        .header("Content-Type", "application/x-ndjson")
                        .timeout(java.time.Duration.ofSeconds(60))
                        .POST(HttpRequest.BodyPublishers.ofString(lines)));
        Set<String> taken = new LinkedHashSet<>();
        if (!isDone(answer.statusCode(), answer.body())) {
            return taken;
        }
        for (String line : answer.body().lines().toList()) {
            JsonNode result = JSON.readTree(line);
            if (isDone(result.get("status").asInt(), line)) {
                taken.add(result.get("sourceRef").asText());
            }
        }
        return taken;
    }

    /// Whether it was acknowledged; anything but that and a request to come again is a failure.
    private boolean isDone(int status, String text) {
        if (status != 200 && status != 201 && status != 429 && status != 503) {
            failures.add(status + " " + text);
        }
        return status == 200 || status == 201;
    }

    private String alert(String reference) {
        return "{\"source\":\"ingest\",\"sourceRef\":\"" + reference
                + "\",\"title\":\"Beacon\",\"severity\":\"High\",\"evidence\":[{\"entityType\":\"Url\",\"url\":\"http://"
                + reference + ".example\"}]}";
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    Set<String> sent() {
        return sent;
    }

    Set<String> acknowledged() {
        return acknowledged;
    }

    List<String> failures() {
        return failures;
    }

    /// How often something had to be sent again.
    int broken() {
        return broken.get();
    }
}

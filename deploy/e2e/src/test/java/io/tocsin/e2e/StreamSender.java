package io.tocsin.e2e;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A product that sends its alerts as one stream without an end, and reads the answer meanwhile. When the replica that
/// takes it is replaced, it is told up to which line everything is stored, and goes on with the next elsewhere; a
/// stream
/// that is cut without that is a failure.
final class StreamSender {

    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Pattern STORED = Pattern.compile("everything is stored up to line (\\d+)");

    private final Supplier<Replica> replicas;
    private final String token;
    private final Queue<String> failures;
    private final AtomicLong wentOn = new AtomicLong();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private volatile long acknowledged;
    private volatile boolean stopping;

    StreamSender(Supplier<Replica> replicas, String token, Queue<String> failures) {
        this.replicas = replicas;
        this.token = token;
        this.failures = failures;
    }

    void send() {
        try {
            while (!sendStream()) {
                wentOn.incrementAndGet();
            }
        } catch (IOException | RuntimeException failed) {
            failures.add(Instant.now() + " the stream of alerts: " + failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            ended.complete(null);
        }
    }

    /// @return whether it ended because it was to
    private boolean sendStream() throws IOException, InterruptedException {
        try (var call = new SlowCall(replicas.get().port(), "POST /v1/alerts", token, "application/x-ndjson")) {
            var answer = new CompletableFuture<String>();
            Thread.ofVirtual().start(() -> read(call, answer));
            long sent = 0;
            while (!stopping && !answer.isDone()) {
                sent++;
                call.send(alert(acknowledged + sent) + "\n");
                Thread.sleep(PAUSE);
            }
            boolean wasTold = answer.isDone();
            if (!wasTold) {
                call.end();
            }
            String text = answer.get();
            Matcher stored = STORED.matcher(text);
            boolean isCutShort = stored.find();
            if (!wasTold && !isCutShort && text.startsWith("HTTP/1.1 200")) {
                acknowledged += check(text, sent);
                return true;
            }
            // A long stream has had answers by then, and is told so by a last line.
            boolean hadAnswers = text.startsWith("HTTP/1.1 200") && text.contains("\"line\":0,");
            boolean isRefused = text.startsWith("HTTP/1.1 503") && text.contains("retry-after: ");
            if (!isCutShort || !(isRefused || hadAnswers)) {
                throw new IllegalStateException("a stream was not ended as it should: " + text);
            }
            acknowledged += Long.parseLong(stored.group(1));
            return stopping;
        } catch (ExecutionException cut) {
            throw new IllegalStateException("a stream was cut: " + cut.getCause());
        }
    }

    /// Every line was taken, and none of them was there.
    private static long check(String text, long sent) {
        long created =
                text.lines().filter(line -> line.contains("\"status\":201")).count();
        if (created != sent) {
            throw new IllegalStateException(created + " of " + sent + " lines were created: "
                    + text.lines()
                            .filter(line -> !line.contains("\"status\":201"))
                            .collect(Collectors.joining("\n")));
        }
        return sent;
    }

    private static void read(SlowCall call, CompletableFuture<String> answer) {
        try {
            answer.complete(call.head() + call.body());
        } catch (IOException cut) {
            answer.completeExceptionally(cut);
        }
    }

    private static String alert(long number) {
        return "{\"source\":\"stream\",\"sourceRef\":\"" + number + "\",\"title\":\"Beacon\",\"severity\":\"Low\"}";
    }

    void stop() {
        stopping = true;
        ended.join();
    }

    /// How many alerts it was told are stored.
    long acknowledged() {
        return acknowledged;
    }

    /// How often it went on elsewhere.
    long wentOn() {
        return wentOn.get();
    }
}

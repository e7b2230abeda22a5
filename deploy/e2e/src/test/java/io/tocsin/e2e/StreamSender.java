package io.tocsin.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
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
        try (var socket = new Socket("127.0.0.1", replicas.get().port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST /v1/alerts HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + token
                            + "\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            var answer = new CompletableFuture<String>();
            Thread.ofVirtual().start(() -> read(socket, answer));
            long sent = 0;
            while (!stopping && !answer.isDone()) {
                sent++;
                chunk(out, alert(acknowledged + sent) + "\n");
                Thread.sleep(PAUSE);
            }
            boolean wasTold = answer.isDone();
            if (!wasTold) {
                out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            String text = answer.get();
            if (!wasTold && text.startsWith("HTTP/1.1 200")) {
                acknowledged += check(text, sent);
                return true;
            }
            Matcher stored = STORED.matcher(text);
            if (!text.startsWith("HTTP/1.1 503") || !text.contains("retry-after: ") || !stored.find()) {
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

    private static void chunk(OutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(bytes);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    /// The whole answer, by its length or its last chunk; header names in lower case.
    private static void read(Socket socket, CompletableFuture<String> answer) {
        try {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            var text = new StringBuilder();
            int length = -1;
            for (String line = line(in); !line.isEmpty(); line = line(in)) {
                String header = text.isEmpty() ? line : line.toLowerCase(Locale.ROOT);
                text.append(header).append('\n');
                if (header.startsWith("content-length: ")) {
                    length = Integer.parseInt(header.substring(16).strip());
                }
            }
            var body = new ByteArrayOutputStream();
            if (length >= 0) {
                body.write(exactly(in, length));
            } else {
                for (int chunk = size(in); chunk > 0; chunk = size(in)) {
                    body.write(exactly(in, chunk));
                    line(in);
                }
            }
            answer.complete(text.append(body.toString(StandardCharsets.UTF_8)).toString());
        } catch (IOException cut) {
            answer.completeExceptionally(cut);
        }
    }

    private static int size(InputStream in) throws IOException {
        return Integer.parseInt(line(in), 16);
    }

    private static byte[] exactly(InputStream in, int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the answer broke off");
        }
        return bytes;
    }

    private static String line(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int letter = in.read(); letter != '\n'; letter = in.read()) {
            if (letter < 0) {
                throw new EOFException("the answer broke off: " + line);
            }
            if (letter != '\r') {
                line.append((char) letter);
            }
        }
        return line.toString();
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

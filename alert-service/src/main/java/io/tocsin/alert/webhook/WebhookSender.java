package io.tocsin.alert.webhook;

import io.tocsin.outbound.Targets.Checked;
import io.tocsin.outbound.Targets.RefusedTargetException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// Makes one request and waits for its answer, on a virtual thread: of the answer the head is read, of its body only
/// what there may be for the connection to be used again. No redirect is followed.
@ApplicationScoped
class WebhookSender {

    private static final int MOST_OF_A_BODY = 64 * 1024;
    private static final int CONNECTIONS_PER_TARGET = 4;
    private static final String AGENT = "Tocsin-Webhook/1";

    private final WebhookTargets targets;
    private final Duration timeout;
    private final HttpClient client;

    WebhookSender(WebhookTargets targets, WebhookConfig config, Vertx vertx) {
        this.targets = targets;
        this.timeout = config.timeout();
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) timeout.toMillis())
                        .setVerifyHost(true)
                        .setTrustAll(false)
                        .setDecompressionSupported(false)
                        .setKeepAliveTimeout(20),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_TARGET));
    }

    /// How a request ended.
    ///
    /// @param status 0 without an answer
    /// @param retryAfter what the answer asks for, or null
    /// @param error in words for whoever owns the webhook; null when it is well
    record Attempt(int status, Duration retryAfter, String error) {

        boolean isDelivered() {
            return status >= 200 && status < 300;
        }

        static Attempt failed(String error) {
            return new Attempt(0, null, error);
        }
    }

    Attempt send(String url, Map<String, String> headers, byte[] body) {
        Checked target;
        try {
            target = targets.resolve(url);
        } catch (RefusedTargetException refused) {
            return Attempt.failed(refused.getMessage());
        }
        var sent = new AtomicReference<HttpClientRequest>();
        var head = new AtomicReference<Attempt>();
        var end = new CompletableFuture<Void>();
        client.request(options(target)).onFailure(end::completeExceptionally).onSuccess(request -> {
            sent.set(request);
            if (end.isDone()) { // nobody waits any more, so nothing is sent
                request.reset();
                return;
            }
            headers.forEach(request::putHeader);
            request.putHeader("User-Agent", AGENT);
            request.send(Buffer.buffer(body))
                    .onFailure(end::completeExceptionally)
                    .onSuccess(answer -> {
                        head.set(attempt(answer));
                        read(answer, end);
                    });
        });
        String error = awaited(end);
        if (error != null && sent.get() != null) {
            sent.get().reset();
        }
        Attempt answered = head.get();
        return answered != null ? answered : Attempt.failed(error == null ? "no answer" : error);
    }

    private RequestOptions options(Checked target) {
        String path = target.uri().getRawPath();
        String query = target.uri().getRawQuery();
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(
                        target.port(), target.address().getHostAddress()))
                .setHost(target.host())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI((path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query))
                .setFollowRedirects(false);
    }

    private static Attempt attempt(HttpClientResponse answer) {
        int status = answer.statusCode();
        boolean well = status >= 200 && status < 300;
        return new Attempt(
                status, retryAfter(answer.getHeader("Retry-After")), well ? null : "the target answered " + status);
    }

    private static void read(HttpClientResponse answer, CompletableFuture<Void> end) {
        int[] read = {0};
        answer.exceptionHandler(end::completeExceptionally).endHandler(done -> end.complete(null));
        answer.handler(part -> {
            read[0] += part.length();
            if (read[0] > MOST_OF_A_BODY) {
                end.completeExceptionally(new IllegalStateException("the answer is too long"));
            }
        });
    }

    /// What went wrong, or null.
    private String awaited(CompletableFuture<Void> end) {
        try {
            end.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return null;
        } catch (TimeoutException late) {
            end.completeExceptionally(late);
            return "no answer within " + timeout.toMillis() + " ms";
        } catch (ExecutionException failed) {
            return reason(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
    }

    private static String reason(Throwable failed) {
        return switch (failed) {
            case javax.net.ssl.SSLException _ -> "TLS failed";
            case java.net.ConnectException _ -> "no connection";
            case java.net.UnknownHostException _ -> "no connection";
            default ->
                failed.getClass().getSimpleName().contains("Timeout")
                        ? "no connection in time"
                        : "the connection broke off";
        };
    }

    /// Seconds, or a time of HTTP.
    static Duration retryAfter(String header) {
        if (header == null) {
            return null;
        }
        String text = header.strip();
        try {
            return Duration.ofSeconds(Math.max(0, Integer.parseInt(text)));
        } catch (NumberFormatException maybeATime) {
            try {
                Duration until = Duration.between(
                        Instant.now(),
                        ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                                .toInstant());
                return until.isNegative() ? Duration.ZERO : until;
            } catch (DateTimeParseException neither) {
                return null;
            }
        }
    }
}

package io.tocsin.outbound;

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

/// Makes one request of somebody outside and waits for its answer, on a virtual thread. No redirect is followed. Where
/// it goes is checked for each ([Targets]).
public final class OutboundClient {

    /// The error of an answer whose body is too long: it will be another time, too.
    public static final String TOO_LONG = "the answer is too long";

    private static final int CONNECTIONS_PER_TARGET = 4;

    private final Targets targets;
    private final Duration timeout;
    private final int mostOfABody;
    private final String agent;
    private final HttpClient client;

    /// @param mostOfABody an answer that is longer is an error
    public OutboundClient(Targets targets, Duration timeout, int mostOfABody, String agent, Vertx vertx) {
        this.targets = targets;
        this.timeout = timeout;
        this.mostOfABody = mostOfABody;
        this.agent = agent;
        this.client = http(vertx, timeout, CONNECTIONS_PER_TARGET);
    }

    /// A client that trusts nobody more than it must: for who reads answers in a way of his own.
    public static HttpClient http(Vertx vertx, Duration connect, int connectionsPerTarget) {
        return vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout((int) connect.toMillis())
                        .setVerifyHost(true)
                        .setTrustAll(false)
                        .setDecompressionSupported(false)
                        .setKeepAliveTimeout(20),
                new PoolOptions().setHttp1MaxSize(connectionsPerTarget));
    }

    /// How a request ended.
    ///
    /// @param status 0 without an answer
    /// @param retryAfter what the answer asks for, or null
    /// @param body of the answer, as far as it came
    /// @param error in words for whoever owns the target; null when it is well and the body came whole
    public record Exchange(int status, Duration retryAfter, byte[] body, String error) {

        public boolean isWell() {
            return status >= 200 && status < 300;
        }

        static Exchange failed(String error) {
            return new Exchange(0, null, new byte[0], error);
        }
    }

    /// @param body null for a request without one
    public Exchange exchange(String method, String url, Map<String, String> headers, byte[] body) {
        Checked target;
        try {
            target = targets.resolve(url);
        } catch (RefusedTargetException refused) {
            return Exchange.failed(refused.getMessage());
        }
        var sent = new AtomicReference<HttpClientRequest>();
        var head = new AtomicReference<HttpClientResponse>();
        Buffer content = Buffer.buffer();
        var end = new CompletableFuture<Void>();
        client.request(options(method, target))
                .onFailure(end::completeExceptionally)
                .onSuccess(request -> {
                    sent.set(request);
                    if (end.isDone()) { // nobody waits any more, so nothing is sent
                        request.reset();
                        return;
                    }
                    headers.forEach(request::putHeader);
                    request.putHeader("User-Agent", agent);
                    (body == null ? request.send() : request.send(Buffer.buffer(body)))
                            .onFailure(end::completeExceptionally)
                            .onSuccess(answer -> {
                                head.set(answer);
                                read(answer, content, end);
                            });
                });
        String error = awaited(end);
        if (error != null && sent.get() != null) {
            sent.get().reset();
        }
        HttpClientResponse answered = head.get();
        return answered == null
                ? Exchange.failed(error == null ? "no answer" : error)
                : exchange(answered, error == null ? content.getBytes() : new byte[0], error);
    }

    /// A request to the address that was checked, and to no other its name may have by now.
    public static RequestOptions options(String method, Checked target) {
        String path = target.uri().getRawPath();
        String query = target.uri().getRawQuery();
        return new RequestOptions()
                .setMethod(HttpMethod.valueOf(method))
                .setServer(SocketAddress.inetSocketAddress(
                        target.port(), target.address().getHostAddress()))
                .setHost(target.host())
                .setPort(target.port())
                .setSsl(target.tls())
                .setURI((path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query))
                .setFollowRedirects(false);
    }

    private static Exchange exchange(HttpClientResponse answer, byte[] body, String error) {
        int status = answer.statusCode();
        boolean well = status >= 200 && status < 300;
        return new Exchange(
                status,
                retryAfter(answer.getHeader("Retry-After")),
                body,
                well ? error : "the target answered " + status);
    }

    private void read(HttpClientResponse answer, Buffer content, CompletableFuture<Void> end) {
        answer.exceptionHandler(end::completeExceptionally).endHandler(done -> end.complete(null));
        answer.handler(part -> {
            if (content.length() + part.length() > mostOfABody) {
                end.completeExceptionally(new TooLongException());
            } else {
                content.appendBuffer(part);
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

    /// Why there was no answer, in words that tell nothing of the network inside.
    public static String reason(Throwable failed) {
        return switch (failed) {
            case javax.net.ssl.SSLException _ -> "TLS failed";
            case java.net.ConnectException _ -> "no connection";
            case java.net.UnknownHostException _ -> "no connection";
            case TooLongException _ -> TOO_LONG;
            default ->
                failed.getClass().getSimpleName().contains("Timeout")
                        ? "no connection in time"
                        : "the connection broke off";
        };
    }

    private static final class TooLongException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        TooLongException() {
            super(TOO_LONG);
        }
    }

    /// Seconds, or a time of HTTP.
    public static Duration retryAfter(String header) {
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

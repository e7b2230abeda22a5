package io.tocsin.indicator.source;

import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.tocsin.outbound.OutboundClient;
import io.tocsin.outbound.Targets;
import io.tocsin.outbound.Targets.Checked;
import io.tocsin.outbound.Targets.RefusedTargetException;
import io.tocsin.wire.GunzippedStream;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/// Makes one request, on a virtual thread, to an address that was checked. Redirects are followed a few times, each to
/// an address that is checked as well; what tells who we are goes to the host it is for alone.
@ApplicationScoped
class SourceFetch {

    private static final int MOST_REDIRECTS = 5;
    private static final int CONNECTIONS_PER_TARGET = 2;
    private static final int GZIP_MAGIC = 0x8b1f;
    private static final String STOPS = "the service is being stopped";
    private static final String AGENT = "Tocsin-Lists/1";
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final Targets targets;
    private final SourceConfig config;
    private final HttpClient client;
    private final Set<HttpClientRequest> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;

    SourceFetch(SourceConfig config, Vertx vertx) {
        this.config = config;
        this.targets = new Targets(config.allowHttp(), config.allowed().orElse(List.of()));
        this.client = OutboundClient.http(vertx, config.timeout(), CONNECTIONS_PER_TARGET);
    }

    /// Nothing is fetched any more, and what is, breaks off: another replica takes it in.
    void onStop(@Observes ShutdownDelayInitiatedEvent stop) {
        stopping = true;
        open.forEach(HttpClientRequest::reset);
    }

    /// Whether what failed just now may have failed for that alone.
    boolean isStopping() {
        return stopping;
    }

    /// Whether an address may be fetched from, as far as its form says.
    ///
    /// @throws io.tocsin.wire.ProblemException `InvalidInput`
    void check(String url) {
        targets.check(url);
    }

    /// An answer whose body is still to be read.
    ///
    /// @param body bounded and unpacked; to be closed by who asked
    record Answer(int status, Map<String, String> headers, InputStream body, Runnable end) implements AutoCloseable {

        /// By its name in lower case, or null.
        String header(String name) {
            return headers.get(name);
        }

        @Override
        public void close() {
            end.run();
        }
    }

    /// @param secret headers for the first host alone
    /// @param until as `System.nanoTime` says it
    /// @throws IOException when there is no answer, in words for whoever owns the source
    Answer get(String url, Map<String, String> headers, Map<String, String> secret, long until) throws IOException {
        String at = url;
        String host = null;
        for (int hop = 0; hop <= MOST_REDIRECTS; hop++) {
            Checked target = target(at);
            boolean same = host == null || host.equals(authority(target));
            host = host == null ? authority(target) : host;
            var all = new HashMap<>(headers);
            if (same) {
                all.putAll(secret);
            }
            Sent sent = sendAlsoAgain(target, all);
            HttpClientResponse answer = sent.answer();
            if (!REDIRECTS.contains(answer.statusCode()) || answer.getHeader("Location") == null) {
                return answered(sent, until);
            }
            end(sent.request());
            at = redirected(at, answer.getHeader("Location"));
        }
        throw new IOException("the server redirects too often");
    }

    private Checked target(String url) throws IOException {
        try {
            return targets.resolve(url);
        } catch (RefusedTargetException refused) {
            throw new IOException(refused.getMessage(), refused);
        }
    }

    private static String authority(Checked target) {
        return target.uri().getScheme() + "://" + target.host() + ":" + target.port();
    }

    private static String redirected(String from, String to) throws IOException {
        try {
            URI uri = URI.create(from).resolve(to.strip());
            return new URI(uri.getScheme(), uri.getRawAuthority(), uri.getRawPath(), uri.getRawQuery(), null)
                    .toString();
        } catch (IllegalArgumentException | java.net.URISyntaxException wrong) {
            throw new IOException("the server redirects to what is no URL", wrong);
        }
    }

    private record Sent(HttpClientRequest request, HttpClientResponse answer) {}

    /// A connection that was kept may be closed by the other side at the moment it is used: nothing is lost by asking
    /// again, on another one.
    private Sent sendAlsoAgain(Checked target, Map<String, String> headers) throws IOException {
        try {
            return send(target, headers);
        } catch (IOException failed) {
            if (stopping || !(failed.getCause() instanceof HttpClosedException)) {
                throw failed;
            }
            return send(target, headers);
        }
    }

    private Sent send(Checked target, Map<String, String> headers) throws IOException {
        var answered = new CompletableFuture<Sent>();
        var asked = new AtomicReference<HttpClientRequest>();
        client.request(OutboundClient.options("GET", target))
                .onFailure(answered::completeExceptionally)
                .onSuccess(request -> {
                    asked.set(request);
                    open.add(request);
                    if (answered.isDone() || stopping) { // nobody waits any more
                        end(request);
                        answered.completeExceptionally(new IOException(STOPS));
                        return;
                    }
                    headers.forEach(request::putHeader);
                    request.putHeader("User-Agent", AGENT);
                    request.response()
                            .onFailure(failed -> {
                                open.remove(request);
                                answered.completeExceptionally(failed);
                            })
                            .onSuccess(answer -> {
                                // Of what nobody reads, nobody minds that it breaks off.
                                answer.exceptionHandler(broken -> {}).pause();
                                if (!answered.complete(new Sent(request, answer))) {
                                    end(request);
                                }
                            });
                    request.end();
                });
        try {
            return answered.get(config.timeout().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            answered.completeExceptionally(late);
            if (asked.get() != null) {
                end(asked.get());
            }
            throw new IOException("no answer within " + config.timeout().toSeconds() + " s", late);
        } catch (ExecutionException failed) {
            throw new IOException(OutboundClient.reason(failed.getCause()), failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }

    private void end(HttpClientRequest request) {
        open.remove(request);
        request.reset();
    }

    private Answer answered(Sent sent, long until) throws IOException {
        Map<String, String> headers = new HashMap<>();
        sent.answer()
                .headers()
                .forEach(header -> headers.put(header.getKey().toLowerCase(java.util.Locale.ROOT), header.getValue()));
        Runnable end = () -> end(sent.request());
        try {
            if (sent.answer().statusCode() != 200) {
                return new Answer(sent.answer().statusCode(), headers, InputStream.nullInputStream(), end);
            }
            var pulled = new PulledBody(sent.answer(), config.timeout());
            if (stopping) { // before anybody heard that it broke off
                throw new IOException(STOPS);
            }
            InputStream body = unpacked(pulled, until);
            return new Answer(sent.answer().statusCode(), headers, body, end);
        } catch (IOException broken) {
            end.run();
            throw broken;
        }
    }

    private InputStream unpacked(InputStream body, long until) throws IOException {
        var buffered = new BufferedInputStream(new BoundedBody(body, config.bytes(), until), 64 * 1024);
        buffered.mark(2);
        int magic = buffered.read() | buffered.read() << 8;
        buffered.reset();
        return magic == GZIP_MAGIC ? new BoundedBody(new GunzippedStream(buffered), config.bytes(), until) : buffered;
    }
}

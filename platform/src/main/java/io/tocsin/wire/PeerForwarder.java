package io.tocsin.wire;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.quarkus.logging.Log;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.ext.web.RoutingContext;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import io.vertx.httpproxy.ProxyRequest;
import io.vertx.httpproxy.ProxyResponse;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// Hands a request for another service's route to that service, once: an ingress matches prefixes by case, clients do
/// not
/// spell them by case, so a request can arrive at the wrong door (design §3). Method, path, query, token and body pass
/// unchanged and as streams; the caller's own host travels beside them, for `@odata.nextLink`.
@ApplicationScoped
class PeerForwarder {

    /// Marks a request that was forwarded once and carries the id it got there. Ingress and gateway strip it from
    /// outside;
    /// a caller who gets it in only loses the hop.
    static final String FORWARDED = "Tocsin-Forwarded";

    private static final int CONNECTIONS_PER_PEER = 2_000;
    private static final int LONGEST_HEAD = 64 * 1024;
    private static final List<String> HOP_HEADERS = List.of("Expect", "Forwarded", "X-Forwarded-Port");
    private static final List<String> TRACE_HEADERS = List.of("traceparent", "tracestate");

    private final Map<String, HttpProxy> proxies;

    PeerForwarder(Vertx vertx, PeersConfig peers, MeterRegistry registry) {
        this.proxies = Map.of(
                "alert-service", proxy(vertx, peers.alertUrl(), new Hop("alert-service", registry)),
                "response-service", proxy(vertx, peers.responseUrl(), new Hop("response-service", registry)),
                "indicator-service", proxy(vertx, peers.indicatorUrl(), new Hop("indicator-service", registry)));
    }

    /// By TLS where the peer's address says so; its certificate is checked against the JVM's trust store.
    private static HttpProxy proxy(Vertx vertx, URI peer, Hop hop) {
        boolean tls = "https".equals(peer.getScheme());
        int port = peer.getPort() >= 0 ? peer.getPort() : tls ? 443 : 80;
        HttpClient client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setSsl(tls)
                        .setConnectTimeout(2_000)
                        .setKeepAliveTimeout(20)
                        .setMaxInitialLineLength(LONGEST_HEAD)
                        .setMaxHeaderSize(LONGEST_HEAD),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_PEER));
        return HttpProxy.reverseProxy(new ProxyOptions().setSupportWebSocket(false), client)
                .origin(port, peer.getHost())
                .addInterceptor(hop);
    }

    /// Whether another service has already passed the request on.
    static boolean wasForwarded(HttpServerRequest request) {
        return request.headers().contains(FORWARDED);
    }

    /// Answers with what the owner of the route answers, or 503 when it does not.
    void forward(RoutingContext request, String owner) {
        HttpServerRequest incoming = request.request();
        incoming.headers().set(FORWARDED, RequestId.of(request));
        if (incoming.version() == HttpVersion.HTTP_2 && !incoming.headers().contains("Content-Length")) {
            // The proxy asks the headers whether a body follows, which HTTP/2 need not say.
            incoming.headers().set("Transfer-Encoding", "chunked");
        }
        request.response().headers().remove(RequestId.HEADER); // the owner says it
        proxies.get(owner).handle(incoming);
    }

    private static final class Hop implements ProxyInterceptor {

        private final Counter answered;
        private final Counter failed;

        Hop(String peer, MeterRegistry registry) {
            answered = counter(peer, "answered", registry);
            failed = counter(peer, "failed", registry);
        }

        private static Counter counter(String peer, String outcome, MeterRegistry registry) {
            return Counter.builder("tocsin.peer.forwards")
                    .description("Requests that came to the wrong service and were handed on")
                    .tags("peer", peer, "outcome", outcome)
                    .register(registry);
        }

        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            ProxyRequest request = context.request();
            HttpServerRequest incoming = request.proxiedRequest();
            HOP_HEADERS.forEach(request.headers()::remove);
            if (Span.current().getSpanContext().isValid()) {
                TRACE_HEADERS.forEach(request.headers()::remove); // the client writes its own, and two are none
            }
            request.putHeader("X-Forwarded-Proto", incoming.scheme());
            request.putHeader("X-Forwarded-For", incoming.remoteAddress().hostAddress());
            if (incoming.authority() != null) {
                request.putHeader("X-Forwarded-Host", incoming.authority().toString());
            }
            return context.sendRequest()
                    .onSuccess(answer -> answered.increment())
                    .recover(failure -> {
                        failed.increment();
                        // Without the query: it holds what the caller looks for.
                        Log.warnf("Peer does not answer: path=%s reason=%s", incoming.path(), failure.getMessage());
                        return Future.succeededFuture(unavailable(request, incoming));
                    });
        }

        private static ProxyResponse unavailable(ProxyRequest request, HttpServerRequest incoming) {
            String id = incoming.getHeader(FORWARDED);
            return request.release()
                    .response()
                    .setStatusCode(503)
                    .putHeader("Retry-After", "1")
                    .putHeader(RequestId.HEADER, id)
                    .putHeader("Content-Type", ErrorAnswer.JSON)
                    .setBody(Body.body(ErrorAnswer.envelope(
                            CommonProblem.SERVICE_UNAVAILABLE, CommonProblem.SERVICE_UNAVAILABLE.title(), id)));
        }
    }
}

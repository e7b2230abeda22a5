package io.tocsin.local;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.KeyStoreOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.httpproxy.Body;
import io.vertx.httpproxy.HttpProxy;
import io.vertx.httpproxy.OriginRequestProvider;
import io.vertx.httpproxy.ProxyContext;
import io.vertx.httpproxy.ProxyInterceptor;
import io.vertx.httpproxy.ProxyOptions;
import io.vertx.httpproxy.ProxyResponse;
import java.net.BindException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One host name before the three services, as an ingress is: routes by [PrefixTable], streams both ways, limits
/// nothing
/// and times nothing out, since both are the services' business.
final class Gateway implements AutoCloseable {

    private static final String HOST = "127.0.0.1";
    /// Each waiting endpoint holds a connection, so the pool is as large as a machine for trying things out can need.
    private static final int CONNECTIONS_PER_SERVICE = 4_000;

    private static final int LONGEST_LINE = 64 * 1024;
    /// What nobody outside may say about a request: who forwarded it, and for whom.
    private static final List<String> INTERNAL_HEADERS =
            List.of("Tocsin-Forwarded", "Forwarded", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Real-IP", "Expect");

    private final Vertx vertx = Vertx.vertx();
    private final PrefixTable prefixes;
    private final Map<Service, Integer> ports;
    private final HttpProxy proxy;
    private final List<HttpServer> servers = new ArrayList<>();

    Gateway(PrefixTable prefixes, Map<Service, Integer> ports) {
        this.prefixes = prefixes;
        this.ports = Map.copyOf(ports);
        var client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setConnectTimeout(2_000)
                        .setKeepAliveTimeout(20)
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LONGEST_LINE),
                new PoolOptions().setHttp1MaxSize(CONNECTIONS_PER_SERVICE));
        this.proxy = HttpProxy.reverseProxy(new ProxyOptions().setSupportWebSocket(false), client)
                .origin(OriginRequestProvider.selector(context -> Future.succeededFuture(originOf(context))))
                .addInterceptor(new Forwarding());
    }

    /// Listens for plain HTTP and returns the port, which is the given one unless that is 0.
    int listen(int port) {
        return listen(new HttpServerOptions().setPort(port), "TOCSIN_HTTP_PORT");
    }

    /// Listens for HTTPS.
    int listen(int port, Certificates certificates) {
        var keys = new KeyStoreOptions()
                .setType("PKCS12")
                .setPath(certificates.serverKeys().toString())
                .setPassword(certificates.password());
        var options = new HttpServerOptions()
                .setPort(port)
                .setSsl(true)
                .setKeyCertOptions(keys)
                .setEnabledSecureTransportProtocols(new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2")));
        return listen(options, "TOCSIN_HTTPS_PORT");
    }

    private int listen(HttpServerOptions options, String setting) {
        options.setHost(HOST)
                // The proxy cannot pass on a body whose length it does not know when it comes by HTTP/2.
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(true)
                .setMaxInitialLineLength(LONGEST_LINE)
                .setMaxHeaderSize(LONGEST_LINE);
        try {
            var server = vertx.createHttpServer(options)
                    .requestHandler(proxy)
                    .listen()
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
            servers.add(server);
            return server.actualPort();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BindException) {
                throw new StartFailure("Port " + options.getPort() + " of " + HOST
                        + " is taken by another program: stop it, or set " + setting + " to a free port.");
            }
            throw e;
        }
    }

    private SocketAddress originOf(ProxyContext context) {
        var owner = prefixes.ownerOf(pathOf(context.request().proxiedRequest()));
        return SocketAddress.inetSocketAddress(ports.get(owner), HOST);
    }

    private static String pathOf(HttpServerRequest request) {
        var path = request.path();
        return path == null ? "/" : path;
    }

    @Override
    public void close() {
        try {
            vertx.close().toCompletionStage().toCompletableFuture().get(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // The process ends, and what is still open ends with it.
        }
    }

    private final class Forwarding implements ProxyInterceptor {

        @Override
        public Future<ProxyResponse> handleProxyRequest(ProxyContext context) {
            var request = context.request();
            var outside = request.proxiedRequest();
            INTERNAL_HEADERS.forEach(request.headers()::remove);
            request.putHeader("X-Forwarded-Proto", outside.isSSL() ? "https" : "http");
            request.putHeader("X-Forwarded-For", outside.remoteAddress().hostAddress());
            var authority = outside.authority();
            if (authority == null) {
                request.headers().remove("X-Forwarded-Host");
            } else {
                request.putHeader("X-Forwarded-Host", authority.toString());
                request.setAuthority(authority);
            }
            return context.sendRequest().recover(failure -> Future.succeededFuture(unavailable(context)));
        }

        private ProxyResponse unavailable(ProxyContext context) {
            var owner = prefixes.ownerOf(pathOf(context.request().proxiedRequest()));
            var id = requestId(context.request().proxiedRequest().getHeader("X-Request-Id"));
            var error = new JsonObject()
                    .put("code", "ServiceUnavailable")
                    .put("message", owner.label() + " does not answer at the moment; try again")
                    .put("target", id);
            return context.request()
                    .release()
                    .response()
                    .setStatusCode(503)
                    .putHeader("Retry-After", "1")
                    .putHeader("X-Request-Id", id)
                    .putHeader("Content-Type", "application/json; charset=utf-8")
                    .setBody(Body.body(
                            Buffer.buffer(new JsonObject().put("error", error).encode())));
        }

        private static String requestId(@Nullable String sent) {
            try {
                return UUID.fromString(sent == null ? "" : sent).toString();
            } catch (IllegalArgumentException e) {
                return UUID.randomUUID().toString();
            }
        }
    }
}

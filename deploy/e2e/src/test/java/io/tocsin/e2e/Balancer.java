package io.tocsin.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// What stands before replicas in a cluster: routes by the chart's prefixes, to replicas whose readiness it has seen
/// and asks for every so often. It never tries a request twice.
public final class Balancer implements AutoCloseable {

    private static final Duration PROBE = Duration.ofMillis(250);
    private static final Set<String> HOP =
            Set.of("connection", "content-length", "host", "transfer-encoding", "upgrade", "expect");

    private final HttpServer server;
    private final ScheduledExecutorService probes = Executors.newSingleThreadScheduledExecutor();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, String> prefixes;
    private final Map<String, List<Replica>> replicas = new ConcurrentHashMap<>();
    private final Map<String, List<Replica>> ready = new ConcurrentHashMap<>();
    private final AtomicInteger turn = new AtomicInteger();

    private Balancer(HttpServer server, Map<String, String> prefixes) {
        this.server = server;
        this.prefixes = prefixes;
    }

    public static Balancer start() {
        Path prefixes = Path.of(System.getProperty("tocsin.root"), "deploy/helm/tocsin/files/prefixes.csv");
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
            var balancer = new Balancer(server, read(prefixes));
            server.createContext("/", balancer::handle);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            balancer.probes.scheduleWithFixedDelay(balancer::look, 0, PROBE.toMillis(), TimeUnit.MILLISECONDS);
            return balancer;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        var prefixes = new LinkedHashMap<String, String>();
        Files.readAllLines(file).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.split(","))
                .forEach(row -> prefixes.put(row[0], row[1]));
        return prefixes;
    }

    /// The port it listens on.
    public int port() {
        return server.getAddress().getPort();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    public void add(String service, Replica replica) {
        replicas.computeIfAbsent(service, name -> new CopyOnWriteArrayList<>()).add(replica);
        look();
    }

    public void remove(String service, Replica replica) {
        replicas.get(service).remove(replica);
        look();
    }

    private void look() {
        replicas.forEach((service, all) ->
                ready.put(service, all.stream().filter(Replica::isReady).toList()));
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            forward(exchange);
        }
    }

    private void forward(HttpExchange exchange) throws IOException {
        try {
            List<Replica> targets =
                    ready.getOrDefault(service(exchange.getRequestURI().getRawPath()), List.of());
            if (targets.isEmpty()) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            var answer =
                    client.send(request(exchange, next(targets).port()), HttpResponse.BodyHandlers.ofInputStream());
            answer.headers().map().forEach((name, values) -> {
                if (!HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            long length = answer.headers().firstValueAsLong("Content-Length").orElse(0);
            boolean empty = answer.statusCode() == 204 || answer.statusCode() == 304;
            exchange.sendResponseHeaders(answer.statusCode(), empty ? -1 : length);
            if (!empty) {
                passOn(answer.body(), exchange.getResponseBody());
            }
        } catch (IOException gone) {
            if (exchange.getResponseCode() < 0) {
                exchange.sendResponseHeaders(502, -1);
            } // else the connection is cut, and the client sees that the answer is not whole
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// What comes is passed on as it comes: of a stream nothing is held back.
    private static void passOn(InputStream from, OutputStream to) throws IOException {
        var buffer = new byte[16 * 1024];
        for (int length = from.read(buffer); length >= 0; length = from.read(buffer)) {
            to.write(buffer, 0, length);
            to.flush();
        }
        to.close();
    }

    private Replica next(List<Replica> targets) {
        return targets.get(Math.floorMod(turn.getAndIncrement(), targets.size()));
    }

    /// A ready replica, for who speaks to it past this server's own understanding of HTTP: it reads a request to its
    /// end before it passes it on.
    Replica replica(String service) {
        return next(ready.get(service));
    }

    private String service(String path) {
        return prefixes.entrySet().stream()
                .filter(row -> path.equals(row.getKey()) || path.startsWith(row.getKey() + "/"))
                .max(java.util.Comparator.comparingInt(row -> row.getKey().length()))
                .map(Map.Entry::getValue)
                .orElse("alert-service");
    }

    private static HttpRequest request(HttpExchange exchange, int port) throws IOException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + exchange.getRequestURI()))
                .timeout(Duration.ofSeconds(90))
                .method(
                        exchange.getRequestMethod(),
                        HttpRequest.BodyPublishers.ofByteArray(
                                exchange.getRequestBody().readAllBytes()));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return request.build();
    }

    @Override
    public void close() {
        probes.shutdownNow();
        server.stop(0);
        client.shutdownNow(); // streams have no end of their own
    }
}

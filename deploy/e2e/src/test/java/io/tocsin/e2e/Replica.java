package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestMasterKeys;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// One process of a packaged service, beside others on the same PostgreSQL.
public final class Replica implements AutoCloseable {

    private static final Path ROOT = Path.of(System.getProperty("tocsin.root", "../.."));
    private static final Duration START = Duration.ofSeconds(180);

    private final String service;
    private final Process process;
    private final int port;
    private final int management;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Replica(String service, Process process, int port, int management) {
        this.service = service;
        this.process = process;
        this.port = port;
        this.management = management;
    }

    public static Replica start(
            String service, TestPostgres postgres, TestIssuer issuer, Path log, Map<String, String> settings) {
        return start(ROOT, service, postgres, issuer, log, settings);
    }

    /// @param root where the service was built
    static Replica start(
            Path root,
            String service,
            TestPostgres postgres,
            TestIssuer issuer,
            Path log,
            Map<String, String> settings) {
        int port = LocalPlatform.freePort();
        int management = LocalPlatform.freePort();
        ProcessBuilder builder = java(root, service, log);
        var environment = builder.environment();
        environment.putAll(environment(service, postgres, issuer, port, management));
        environment.putAll(settings);
        try {
            var replica = new Replica(service, builder.start(), port, management);
            try {
                replica.awaitReady(log);
            } catch (RuntimeException | AssertionError late) {
                replica.close();
                throw late;
            }
            return replica;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Of this release from its AOT cache, as its JVM image starts; of another as it was packaged.
    private static ProcessBuilder java(Path root, String service, Path log) {
        boolean own = root.equals(ROOT);
        Path app = own ? TrainedService.folder(service) : root.resolve(service).resolve("target/quarkus-app");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        if (own) {
            command.addAll(TrainedService.options(app));
        }
        // The cache knows the class path as its training run had it: relative to the folder.
        command.addAll(List.of("-jar", "quarkus-run.jar"));
        return new ProcessBuilder(command)
                .directory(app.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toAbsolutePath().toFile());
    }

    /// Runs this release's migrations as the chart's Job does, and answers how the process ended.
    static int migrate(TestPostgres postgres, Path log) throws IOException, InterruptedException {
        return command("prod,migrate", postgres, log);
    }

    private static int command(String profile, TestPostgres postgres, Path log)
            throws IOException, InterruptedException {
        ProcessBuilder builder = java(ROOT, "alert-service", log);
        builder.environment()
                .putAll(Map.of(
                        "QUARKUS_PROFILE", profile,
                        "QUARKUS_DATASOURCE_JDBC_URL", postgres.url(),
                        "QUARKUS_DATASOURCE_USERNAME", TestPostgres.owner(),
                        "QUARKUS_DATASOURCE_PASSWORD", TestPostgres.password()));
        Process process = builder.start();
        if (!process.waitFor(15, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return process.waitFor();
    }

    /// What a service has to be told: where it listens on this machine, its database, its issuer.
    static Map<String, String> environment(
            String service, TestPostgres postgres, TestIssuer issuer, int port, int management) {
        return Map.ofEntries(
                Map.entry("QUARKUS_HTTP_HOST", "127.0.0.1"),
                Map.entry("QUARKUS_HTTP_PORT", Integer.toString(port)),
                Map.entry("QUARKUS_MANAGEMENT_HOST", "127.0.0.1"),
                Map.entry("QUARKUS_MANAGEMENT_PORT", Integer.toString(management)),
                Map.entry("QUARKUS_DATASOURCE_JDBC_URL", postgres.url()),
                Map.entry("QUARKUS_DATASOURCE_USERNAME", TestPostgres.login(service)),
                Map.entry("QUARKUS_DATASOURCE_PASSWORD", TestPostgres.password()),
                Map.entry("TOCSIN_SECRETS_MASTER_KEYS", TestMasterKeys.folder().toString()),
                Map.entry("QUARKUS_OIDC_PRIMARY_AUTH_SERVER_URL", issuer.url()),
                Map.entry("QUARKUS_OIDC_CLIENT_AUTH_SERVER_URL", issuer.url()),
                Map.entry("QUARKUS_OIDC_CLIENT_CLIENT_ID", service),
                Map.entry("QUARKUS_OIDC_CLIENT_CREDENTIALS_SECRET", "test"));
    }

    private void awaitReady(Path log) {
        await().atMost(START)
                .failFast("it has ended, see " + log, () -> !process.isAlive())
                .untilAsserted(() -> assertThat(isReady()).as("see %s", log).isTrue());
    }

    /// What it has used of the processors so far.
    Duration cpu() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /// What it holds of the memory, where the system says it.
    public long residentMegabytes() {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException noLinux) {
            return 0;
        }
    }

    String service() {
        return service;
    }

    int port() {
        return port;
    }

    /// Whether its readiness says that it may be sent requests.
    public boolean isReady() {
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException away) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// As a node stops a pod: `SIGTERM`, then waiting; whether it ended within the time.
    boolean stop(Duration grace) {
        process.destroy();
        try {
            return process.waitFor(grace.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// @throws IOException when the replica is gone or goes meanwhile
    public HttpResponse<String> post(String path, String token, String key, String body) throws IOException {
        var request = request(path, token).header("Content-Type", "application/json");
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return send(request.POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /// @throws IOException when the replica is gone or goes meanwhile
    public HttpResponse<String> get(String path, String token) throws IOException {
        return send(request(path, token).GET());
    }

    /// What its management port answers.
    String managed(String path) throws IOException {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + path)))
                .body();
    }

    /// Any request to it; the test says everything itself.
    HttpResponse<String> send(String path, UnaryOperator<HttpRequest.Builder> request) throws IOException {
        return send(request.apply(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))));
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Authorization", "Bearer " + token)
                .timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /// Its process.
    public long pid() {
        return process.pid();
    }

    /// Checks the audit's chains as an operator does, and answers how the process ended: 0 when every link holds.
    public static int verifyAudit(TestPostgres postgres, Path log) throws IOException, InterruptedException {
        return command("prod,verify-audit", postgres, log);
    }

    /// `kill -9`
    public void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

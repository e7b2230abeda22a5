package io.tocsin.bench;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestMasterKeys;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.testkit.Tokens;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
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
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/// A packaged service as a process of its own.
final class ServiceProcess implements AutoCloseable {

    private static final Duration START = Duration.ofSeconds(90);

    private final ProcessBuilder builder;
    private final Path log;
    private final int port;
    private final int management;
    private Process process;

    private ServiceProcess(ProcessBuilder builder, Path log, int port, int management) {
        this.builder = builder;
        this.log = log;
        this.port = port;
        this.management = management;
    }

    /// @param options of its JVM, for example a flight recording
    static ServiceProcess start(
            TestPostgres postgres, TestIssuer issuer, Path log, List<String> options, Map<String, String> settings) {
        return start("alert-service", postgres, issuer, log, options, settings);
    }

    static ServiceProcess start(
            String service,
            TestPostgres postgres,
            TestIssuer issuer,
            Path log,
            List<String> options,
            Map<String, String> settings) {
        return start(service, freePort(), postgres, issuer, log, options, settings);
    }

    /// @param port of its own, where others have to know it before
    static ServiceProcess start(
            String service,
            int port,
            TestPostgres postgres,
            TestIssuer issuer,
            Path log,
            List<String> options,
            Map<String, String> settings) {
        int management = freePort();
        Path root = Path.of(System.getProperty("tocsin.root"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED"));
        command.addAll(options);
        command.addAll(List.of(
                "-jar",
                root.resolve(service + "/target/quarkus-app/quarkus-run.jar").toString()));
        var builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("QUARKUS_HTTP_HOST", "127.0.0.1"),
                        Map.entry("QUARKUS_HTTP_PORT", Integer.toString(port)),
                        Map.entry("QUARKUS_MANAGEMENT_HOST", "127.0.0.1"),
                        Map.entry("QUARKUS_MANAGEMENT_PORT", Integer.toString(management)),
                        Map.entry("QUARKUS_DATASOURCE_JDBC_URL", postgres.url()),
                        Map.entry("QUARKUS_DATASOURCE_USERNAME", TestPostgres.login(service)),
                        Map.entry("QUARKUS_DATASOURCE_PASSWORD", TestPostgres.password()),
                        Map.entry("QUARKUS_OIDC_PRIMARY_AUTH_SERVER_URL", issuer.url()),
                        Map.entry("QUARKUS_OIDC_CLIENT_AUTH_SERVER_URL", issuer.url()),
                        Map.entry("QUARKUS_OIDC_CLIENT_CLIENT_ID", service),
                        Map.entry("QUARKUS_OIDC_CLIENT_CREDENTIALS_SECRET", "test"),
                        Map.entry("TOCSIN_IDENTITY_DEFAULT_TENANT", Tokens.TENANT),
                        Map.entry(
                                "TOCSIN_SECRETS_MASTER_KEYS",
                                TestMasterKeys.folder().toString()),
                        Map.entry("TOCSIN_LIMITS_PROFILE", "off")));
        builder.environment().putAll(settings);
        var started = new ServiceProcess(builder, log, port, management);
        started.start();
        return started;
    }

    /// Returns when it is ready; again after [#close] or [#kill] on the same ports.
    void start() {
        try {
            process = builder.start();
            awaitReady();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitReady() throws IOException {
        long end = System.nanoTime() + START.toNanos();
        try (var client = HttpClient.newHttpClient()) {
            var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            while (System.nanoTime() < end && process.isAlive()) {
                try {
                    if (client.send(ready, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    // asked again
                }
                Thread.sleep(100);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new IllegalStateException(Files.readString(log));
    }

    /// Runs something while this process stands still, so that nothing of it is in what is measured.
    <T> T whileStopped(Callable<T> work) throws Exception {
        signal("-STOP");
        try {
            return work.call();
        } finally {
            signal("-CONT");
        }
    }

    private void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", name, Long.toString(pid())).start().waitFor() != 0) {
            throw new IOException("kill " + name + " was refused");
        }
    }

    int port() {
        return port;
    }

    /// A figure of its own, 0 where it has none of this name or does not answer.
    double figure(String name) throws InterruptedException {
        try (var client = HttpClient.newHttpClient()) {
            var metrics = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/metrics"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(metrics, HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException notThere) {
            return 0;
        }
    }

    /// Bytes of its heap that are in use, after a collection.
    long liveHeap() throws IOException, InterruptedException {
        Process counting = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(pid()),
                        "GC.class_histogram")
                .redirectErrorStream(true)
                .start();
        String[] total = {""};
        try (var lines = counting.inputReader()) {
            lines.lines().filter(line -> line.startsWith("Total")).forEach(line -> total[0] = line);
        }
        counting.waitFor();
        return Long.parseLong(total[0].strip().split("\\s+")[2]);
    }

    /// Bytes of memory it holds of the machine's, of whatever kind.
    long resident() throws IOException {
        try (var lines = Files.lines(Path.of("/proc/" + pid() + "/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .sum();
        }
    }

    /// `kill -9`.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    long pid() {
        return process.pid();
    }

    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

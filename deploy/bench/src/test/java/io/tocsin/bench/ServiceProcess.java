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

    private final Process process;
    private final int port;
    private final int management;

    private ServiceProcess(Process process, int port, int management) {
        this.process = process;
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
        int port = freePort();
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
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
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
        try {
            var started = new ServiceProcess(builder.start(), port, management);
            started.awaitReady(log);
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void awaitReady(Path log) throws IOException {
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

    long pid() {
        return process.pid();
    }

    private static int freePort() {
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

package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tocsin.testkit.TestIssuer;
import io.tocsin.testkit.TestPostgres;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a start costs: from the fork of the process until its readiness says 200, with its database and its issuer
/// there,
/// and what it holds in memory a while later, when nobody has asked it anything else. With and without the AOT cache
/// that
/// `deploy/images/train` makes, as the JVM images start. No part of the build: `make bench-start`.
class StartCost {

    private static final int STARTS = Integer.getInteger("tocsin.bench.starts", 5);
    private static final Duration IDLE = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private static final Path ROOT = Path.of(System.getProperty("tocsin.root", "../.."));
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    /// @param ready milliseconds until readiness
    /// @param resident megabytes in memory
    private record Start(long ready, long resident) {}

    @TempDir
    static Path folder;

    private static TestPostgres postgres;
    private static TestIssuer issuer;

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(1))
            .build();

    @BeforeAll
    static void start() {
        postgres = TestPostgres.start();
        issuer = TestIssuer.start();
    }

    @AfterAll
    static void stop() {
        issuer.close();
        postgres.close();
    }

    @Test
    void shouldSayWhatAStartCosts() throws Exception {
        for (String service : List.of("alert-service", "response-service", "indicator-service")) {
            Path app = folder.resolve(service);
            TrainedService.copy(ROOT.resolve(service).resolve("target/quarkus-app"), app);
            print(service, "without a cache", starts(service, app, List.of()));
            TrainedService.train(service, app);
            print(
                    service,
                    "with a cache of %d MB".formatted(Files.size(app.resolve("app.aot")) >> 20),
                    starts(service, app, TrainedService.options(app)));
        }
    }

    private static void print(String service, String how, List<Start> starts) {
        System.out.printf(
                "start %-17s %-24s ready in %,5d ms (%d to %d), %3d MB idle; median of %d%n",
                service,
                how,
                median(starts.stream().map(Start::ready)),
                starts.stream().mapToLong(Start::ready).min().orElseThrow(),
                starts.stream().mapToLong(Start::ready).max().orElseThrow(),
                median(starts.stream().map(Start::resident)),
                starts.size());
    }

    private static long median(Stream<Long> values) {
        List<Long> sorted = values.sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    private List<Start> starts(String service, Path app, List<String> options) throws Exception {
        var starts = new ArrayList<Start>();
        for (int i = 0; i < STARTS; i++) {
            starts.add(start(service, app, options));
        }
        return starts;
    }

    private Start start(String service, Path app, List<String> options) throws Exception {
        int management = LocalPlatform.freePort();
        // As in a container of 512 MiB, where the JVM picks the serial collector.
        var command = new ArrayList<>(
                List.of(JAVA_HOME.resolve("bin/java").toString(), "@java.args", "-XX:MaxRAM=512m", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-jar", "quarkus-run.jar"));
        var builder = new ProcessBuilder(command)
                .directory(app.toFile())
                .redirectErrorStream(true)
                .redirectOutput(app.resolve("service.log").toFile());
        builder.environment()
                .putAll(Replica.environment(service, postgres, issuer, LocalPlatform.freePort(), management));
        long begun = System.nanoTime();
        Process process = builder.start();
        try {
            while (!isReady(management)) {
                assertThat(process.isAlive() && elapsed(begun) < LONGEST.toMillis())
                        .as(Files.readString(app.resolve("service.log")))
                        .isTrue();
                Thread.sleep(5);
            }
            long ready = elapsed(begun);
            Thread.sleep(IDLE);
            return new Start(ready, resident(process));
        } finally {
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        }
    }

    private boolean isReady(int management) throws InterruptedException {
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + management + "/q/health/ready"))
                .timeout(Duration.ofSeconds(5))
                .build();
        try {
            return client.send(ready, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    private static long elapsed(long begun) {
        return (System.nanoTime() - begun) / 1_000_000;
    }

    private static long resident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElseThrow()
                >> 10;
    }
}

package io.tocsin.local;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One service as a process that is started again when it dies.
final class SupervisedService implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    /// A service that has run so long was well; its next death is not one in a row.
    private static final Duration WELL = Duration.ofMinutes(1);

    private final RunDirectory run;
    private final Service service;
    private final Path runnable;
    private final int port;
    private final int managementPort;
    private final Map<String, String> environment;
    private final Consumer<String> progress;
    private final Readiness readiness = new Readiness();

    private boolean stopping;
    private @Nullable JavaProcess process;

    SupervisedService(
            RunDirectory run,
            Service service,
            Path root,
            int port,
            int managementPort,
            Map<String, String> environment,
            Consumer<String> progress) {
        this.run = run;
        this.service = service;
        this.runnable = service.runnable(root);
        this.port = port;
        this.managementPort = managementPort;
        this.environment = withPorts(environment, port, managementPort);
        this.progress = progress;
    }

    static Map<String, String> withPorts(Map<String, String> environment, int port, int managementPort) {
        var all = new HashMap<>(environment);
        all.put("QUARKUS_HTTP_HOST", "127.0.0.1");
        all.put("QUARKUS_HTTP_PORT", Integer.toString(port));
        all.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
        all.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(managementPort));
        return Map.copyOf(all);
    }

    static List<String> command(Path runnable, String... options) {
        if (!Files.exists(runnable)) {
            throw new StartFailure(runnable + " is missing: build it with ./mvnw -DskipTests package");
        }
        var command = new ArrayList<>(List.of("-Xmx300m", "-XX:+UseSerialGC"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", runnable.toString()));
        return command;
    }

    int port() {
        return port;
    }

    /// Returns when the service says it is ready; from then on it is kept running.
    void start() throws InterruptedException {
        var first = launch();
        if (first == null) {
            return;
        }
        var health = URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready");
        readiness.await(service.label(), first, run.log(service.label()), health, START_LIMIT);
        Thread.ofPlatform().daemon().name("keeps-" + service.label()).start(() -> keepRunning(first));
    }

    private void keepRunning(JavaProcess first) {
        var current = first;
        var pause = FIRST_PAUSE;
        try {
            while (current != null) {
                var began = System.nanoTime();
                var code = current.waitForEnd();
                if (isStopping()) {
                    return;
                }
                if (System.nanoTime() - began > WELL.toNanos()) {
                    pause = FIRST_PAUSE;
                }
                progress.accept("%s ended with exit code %d; starting it again in %d s"
                        .formatted(service.label(), code, pause.toSeconds()));
                Thread.sleep(pause);
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                current = launch();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized @Nullable JavaProcess launch() {
        if (stopping) {
            return null;
        }
        process = JavaProcess.start(run, service.label(), command(runnable), environment);
        return process;
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    @Override
    public void close() {
        JavaProcess last;
        synchronized (this) {
            stopping = true;
            last = process;
        }
        if (last != null) {
            last.stop(Duration.ofSeconds(10));
        }
    }
}

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
final class SupervisedService implements Part, AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);

    private final RunDirectory run;
    private final Service service;
    private final Path runnable;
    private final int port;
    private final URI health;
    private final Map<String, String> environment;
    private final Keeper keeper;
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
            ReadyFile ready,
            Consumer<String> progress) {
        this.run = run;
        this.service = service;
        this.runnable = service.runnable(root);
        this.port = port;
        this.health = URI.create("http://127.0.0.1:" + managementPort + "/q/health/ready");
        this.environment = withPorts(environment, port, managementPort);
        this.keeper = new Keeper(this, this::isReady, ready, progress);
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
        // A person reads these logs.
        var command =
                new ArrayList<>(List.of("-Xmx300m", "-XX:+UseSerialGC", "-Dquarkus.log.console.json.enabled=false"));
        command.addAll(List.of(options));
        command.addAll(List.of("-jar", runnable.toString()));
        return command;
    }

    int port() {
        return port;
    }

    @Override
    public String label() {
        return service.label();
    }

    /// Returns when the service says it is ready; from then on it is kept running.
    void start() throws InterruptedException {
        var first = launch();
        if (first != null) {
            readiness.await(service.label(), first, run.log(service.label()), health, START_LIMIT);
            keeper.keep(first);
        }
    }

    boolean isReady() throws InterruptedException {
        return readiness.isReady(health);
    }

    @Override
    public synchronized @Nullable JavaProcess launch() {
        if (stopping) {
            return null;
        }
        process = JavaProcess.start(run, service.label(), command(runnable), environment);
        return process;
    }

    @Override
    public synchronized boolean isStopping() {
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

package io.tocsin.alert.kafka;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A real Kafka of one node, as a process of its own: its classes are on no classpath of ours, `target/kafka.classpath`
/// says where they are. It is down until a test starts it, so that every other test shows that the service does
/// without.
/// Ports are the test run's, and known by system properties, since a resource lives in another class loader.
public final class KafkaBroker implements QuarkusTestResourceLifecycleManager {

    private static final String PORT = "tocsin.test.kafka.port";
    private static final Path FOLDER = Path.of("target/kafka");
    private static Process process;

    static String servers() {
        return "127.0.0.1:" + Integer.getInteger(PORT);
    }

    @Override
    public Map<String, String> start() {
        System.setProperty(PORT, String.valueOf(freePort()));
        return Map.of(
                "tocsin.kafka.bootstrap-servers",
                servers(),
                "tocsin.kafka.timeout",
                "2s",
                "tocsin.kafka.first-delay",
                "100ms",
                "tocsin.kafka.longest-delay",
                "500ms");
    }

    @Override
    public void stop() {
        kill();
    }

    /// With nothing in it the first time, with what it had later.
    static void up() {
        try {
            Path data = FOLDER.resolve("data-" + Integer.getInteger(PORT)).toAbsolutePath();
            Path settings = FOLDER.resolve("server.properties").toAbsolutePath();
            if (!Files.exists(data)) {
                Files.createDirectories(FOLDER);
                Files.writeString(settings, settings(data, freePort()));
                java("kafka.tools.StorageTool", "format", "-t", "dG9jc2luLXRlc3Qta2Fma2E", "-c", settings.toString())
                        .waitFor(60, TimeUnit.SECONDS);
            }
            process = java("kafka.Kafka", settings.toString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// As by the power cut.
    static void kill() {
        if (process != null) {
            process.destroyForcibly().onExit().join();
            process = null;
        }
    }

    private static String settings(Path data, int controller) {
        int port = Integer.getInteger(PORT);
        return """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%d
                listeners=PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d
                advertised.listeners=PLAINTEXT://127.0.0.1:%d
                controller.listener.names=CONTROLLER
                log.dirs=%s
                num.partitions=2
                auto.create.topics.enable=true
                offsets.topic.replication.factor=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                group.initial.rebalance.delay.ms=0
                """.formatted(controller, port, controller, port, data);
    }

    private static Process java(String main, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Files.readString(Path.of("target/kafka.classpath")).strip(),
                main));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        FOLDER.resolve("kafka.log").toFile()))
                .start();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

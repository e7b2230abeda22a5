package io.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A platform of the test's own, started by `deploy/local/up` on free ports and in a folder of its own, so that it
/// harms
/// neither a developer's running one nor another test.
final class LocalPlatform implements AutoCloseable {

    private static final int START_LIMIT_MINUTES = 6;
    private static final int COMMAND_LIMIT_MINUTES = 5;

    private final Path root =
            Path.of(System.getProperty("tocsin.root")).toAbsolutePath().normalize();
    private final Path run;
    private final int httpPort = freePort();
    private final int httpsPort = freePort();
    private Map<String, String> client = Map.of();

    private LocalPlatform(Path run) {
        this.run = run;
    }

    static LocalPlatform start(Path run) {
        var platform = new LocalPlatform(run);
        platform.up();
        return platform;
    }

    private void up() {
        Outcome up = command(START_LIMIT_MINUTES, "deploy/local/up", "--detach");
        assertThat(up.code()).as(up.output()).isZero();
        client = read(run.resolve("env"));
    }

    /// Runs `deploy/local/demo` with these arguments against this platform.
    Outcome demo(String... arguments) {
        var command = new ArrayList<>(List.of("deploy/local/demo"));
        command.addAll(List.of(arguments));
        return command(COMMAND_LIMIT_MINUTES, command.toArray(String[]::new));
    }

    /// Runs a shell script at the root of the source tree; its first failing command ends it.
    Outcome shell(String script) {
        return command(2, "bash", "-xeuo", "pipefail", "-c", script);
    }

    /// A value of the file `env` the platform writes for its clients.
    String client(String name) {
        return client.get(name);
    }

    /// A service's own address, without the gateway.
    String urlOf(String service) {
        return "http://127.0.0.1:" + read(run.resolve("ports")).get(service);
    }

    /// The root of the source tree.
    Path root() {
        return root;
    }

    /// The process id of a part as it runs now; 0 between its death and its next start.
    long processOf(String service) {
        try {
            return Long.parseLong(
                    Files.readString(run.resolve("pids").resolve(service)).strip());
        } catch (IOException | NumberFormatException notRunning) {
            return 0;
        }
    }

    /// Whether the platform says that all of it answers.
    boolean isReady() {
        return Files.exists(run.resolve("ready"));
    }

    /// What a service holds after a full collection.
    Memory memoryOf(String service) {
        String process = Long.toString(processOf(service));
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        command(1, jcmd.toString(), process, "GC.run");
        Outcome heap = command(1, jcmd.toString(), process, "GC.heap_info");
        long used = Pattern.compile("used (\\d+)K")
                .matcher(heap.output().replaceAll("(?s)Metaspace.*", ""))
                .results()
                .mapToLong(found -> Long.parseLong(found.group(1)))
                .sum();
        return new Memory(used / 1024, residentOf(process));
    }

    private static long residentOf(String process) {
        try {
            return Files.readAllLines(Path.of("/proc", process, "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException noLinux) {
            return 0;
        }
    }

    /// `kill -9`; the supervisor starts the part again.
    void kill(String service) {
        ProcessHandle.of(processOf(service)).ifPresent(ProcessHandle::destroyForcibly);
    }

    private Outcome command(int minutes, String... command) {
        try {
            Path output = Files.createTempFile(run, "command", ".log");
            var builder = new ProcessBuilder(command)
                    .directory(root.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("TOCSIN_RUN_DIR", run.toString());
            builder.environment().put("TOCSIN_HTTP_PORT", Integer.toString(httpPort));
            builder.environment().put("TOCSIN_HTTPS_PORT", Integer.toString(httpsPort));
            builder.environment().put("TOCSIN_NO_BUILD", "yes");
            Process process = builder.start();
            process.getOutputStream().close();
            boolean ended = process.waitFor(minutes, TimeUnit.MINUTES);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
            }
            return new Outcome(ended ? process.exitValue() : -1, Files.readString(output));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    @Override
    public void close() {
        command(2, "deploy/local/down");
    }

    private static Map<String, String> read(Path file) {
        try {
            var values = new HashMap<String, String>();
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replaceAll("^['\"]|['\"]$", ""));
                }
            }
            return values;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException none) {
            throw new UncheckedIOException(none);
        }
    }

    /// @param heapMegabytes live objects
    /// @param residentMegabytes of the process, 0 where the system does not say
    record Memory(long heapMegabytes, long residentMegabytes) {}

    /// How a command ended and what it printed.
    record Outcome(int code, String output) {}
}

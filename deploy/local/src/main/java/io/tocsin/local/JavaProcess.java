package io.tocsin.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// A child of the supervisor on the same JDK, its output in a log of its own, its pid in a file.
final class JavaProcess implements Part.Running {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
    private static final Pattern OURS = Pattern.compile("TOCSIN_|QUARKUS_|KC_");

    private final RunDirectory run;
    private final String part;
    private final Process process;

    private JavaProcess(RunDirectory run, String part, Process process) {
        this.run = run;
        this.part = part;
        this.process = process;
    }

    static JavaProcess start(RunDirectory run, String part, List<String> arguments, Map<String, String> environment) {
        var command = new ArrayList<String>();
        command.add(JAVA.toString());
        // Quiet about what libraries do in their own way on this JDK; the folder tells `down` that the process is ours.
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.add("-Dtocsin.run=" + run.path());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command)
                .directory(run.path().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(run.log(part).toFile()));
        // What the caller's shell says about another platform is not meant for ours.
        builder.environment().keySet().removeIf(name -> OURS.matcher(name).lookingAt());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            process.getOutputStream().close();
            run.writePid(part, process.pid());
            return new JavaProcess(run, part, process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public String waitForEnd() throws InterruptedException {
        var code = process.waitFor();
        run.forgetPid(part);
        return "ended with exit code " + code;
    }

    /// Whether it ended by itself in time; it is stopped when it did not.
    boolean endsWithin(Duration limit) {
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                run.forgetPid(part);
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stop(Duration.ZERO);
        return false;
    }

    int exitCode() {
        return process.exitValue();
    }

    /// Asks it to end, and ends it when it has not after `patience`.
    void stop(Duration patience) {
        process.destroy();
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        run.forgetPid(part);
    }
}

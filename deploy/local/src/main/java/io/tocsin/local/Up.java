package io.tocsin.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// The supervisor behind `deploy/local/up`: starts everything, says when it is ready, and ends with everything.
public final class Up {

    private static final List<String> LOGS = List.of(
            "postgres",
            "keycloak",
            "migration",
            "certificates",
            "alert-service",
            "response-service",
            "indicator-service");
    private static final int LAST_LINES = 25;

    private final RunDirectory run;
    private final Progress progress;
    private final ReadyFile ready;
    private final Platform platform;
    private volatile boolean failed;

    private Up(Path root, RunDirectory run) {
        this.run = run;
        this.progress = new Progress();
        LOGS.forEach(run::turnLogOver);
        this.ready = new ReadyFile(run.ready());
        this.platform = new Platform(root, run, ready, progress);
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var root = Path.of(System.getProperty("tocsin.root", "."));
        var run = RunDirectory.prepared(Path.of(System.getProperty("tocsin.run", "deploy/local/.run")));
        try (var channel = FileChannel.open(run.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (channel.tryLock() == null) {
                System.err.println("Another supervisor already runs the platform in " + run.path() + ".");
                System.exit(1);
            }
            run.writePid("up", ProcessHandle.current().pid());
            new Up(root, run).runUntilStopped();
        }
    }

    private void runUntilStopped() throws InterruptedException {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "stop"));
        progress.print("Starting Tocsin in " + run.path());
        try {
            var httpPort = port("TOCSIN_HTTP_PORT", 8080);
            var httpsPort = port("TOCSIN_HTTPS_PORT", 8443);
            platform.start(httpPort, httpsPort);
            var address = "http://127.0.0.1:" + httpPort + " and https://127.0.0.1:" + httpsPort;
            progress.print("Tocsin is ready after %.0f s: %s".formatted(progress.seconds(), address));
            progress.print("  settings for a client  " + run.env());
            progress.print("  logs                   " + run.logs());
            progress.print("  stop it                Ctrl-C, or deploy/local/down");
            ready.open(address + "\n");
        } catch (StartFailure failure) {
            explain(failure);
            System.exit(1);
        } catch (IOException e) {
            explain(new StartFailure("The platform could not be started: " + e, null, e));
            System.exit(1);
        }
        // Until somebody stops the process.
        new CountDownLatch(1).await();
    }

    private void stop() {
        ready.close();
        if (!failed) {
            progress.print("Stopping Tocsin.");
        }
        platform.close();
        run.forgetPid("up");
        if (!failed) {
            progress.print("Stopped.");
        }
    }

    private void explain(StartFailure failure) {
        failed = true;
        progress.print("");
        progress.print("Tocsin did not start: " + failure.getMessage());
        var log = failure.log();
        if (log != null) {
            try {
                var lines = Files.readAllLines(log);
                progress.print("The last lines of " + log + ":");
                lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size())
                        .forEach(line -> progress.print("  | " + line));
            } catch (IOException e) {
                progress.print("Its log should be " + log + ", but it cannot be read: " + e.getMessage());
            }
        } else if (failure.getCause() != null) {
            failure.getCause().printStackTrace();
        }
    }

    private static int port(String setting, int otherwise) {
        var value = System.getenv(setting);
        if (value == null || value.isBlank()) {
            return otherwise;
        }
        try {
            var port = Integer.parseInt(value.strip());
            if (port > 0 && port < 65_536) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Said below, like a number that is no port.
        }
        throw new StartFailure(setting + " is not a port: " + value);
    }
}

package io.tocsin.local;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;

/// The identity provider: Keycloak's own distribution, unpacked and configured once, with its database in a file.
///
/// Its launcher script is left out, since a shell between us and the process would be one more thing to stop.
final class Keycloak implements Part, AutoCloseable {

    private static final String PART = "keycloak";
    private static final String IMPORTED = "keycloak-imported";
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    /// Not needed to give out tokens, and slower to start with.
    private static final String UNUSED_FEATURES = "account,ciba,device-flow,kerberos,par";

    private final RunDirectory run;
    private final Path distribution;
    private final Realm realm;
    private final Secrets secrets;
    private final int port;
    private final Readiness readiness = new Readiness();
    private final Path log;

    private boolean closed;
    private volatile boolean ready;
    private @Nullable JavaProcess process;

    Keycloak(RunDirectory run, Path distribution, Realm realm, Secrets secrets, int port) {
        this.run = run;
        this.distribution = distribution;
        this.realm = realm;
        this.secrets = secrets;
        this.port = port;
        this.log = run.log(PART);
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    String issuer() {
        return url() + "/realms/" + Realm.NAME;
    }

    String tokenEndpoint() {
        return issuer() + "/protocol/openid-connect/token";
    }

    boolean isUnpacked() {
        return Files.exists(run.keycloak().resolve("lib"));
    }

    /// Unpacks and configures the distribution unless that is done. The configured copy stays beside the downloaded
    /// zip,
    /// so that a second folder, or a fresh one, does without the slow part.
    void unpack() throws IOException {
        if (isUnpacked()) {
            return;
        }
        var configured = distribution.resolveSibling("configured");
        if (!Files.exists(configured)) {
            var fresh = Files.createTempDirectory(distribution.getParent(), "configuring");
            try {
                unzip(distribution, fresh);
                configure(fresh);
                Files.move(fresh, configured, StandardCopyOption.ATOMIC_MOVE);
            } catch (FileSystemException e) {
                // Somebody else was faster: his is as good.
                if (!Files.exists(configured)) {
                    throw e;
                }
            } finally {
                RunDirectory.deleteTree(fresh);
            }
        }
        var copy = run.path().resolve("keycloak.new");
        RunDirectory.deleteTree(copy);
        copyTree(configured, copy);
        RunDirectory.deleteTree(run.keycloak());
        Files.move(copy, run.keycloak());
        run.unmark(IMPORTED);
    }

    private void configure(Path home) {
        var build = JavaProcess.start(
                run,
                PART,
                command(
                        home,
                        "build",
                        "--db=dev-file",
                        "--health-enabled=false",
                        "--metrics-enabled=false",
                        "--features-disabled=" + UNUSED_FEATURES),
                Map.of());
        if (!build.endsWithin(BUILD_LIMIT) || build.exitCode() != 0) {
            throw new StartFailure("Keycloak could not be configured", log);
        }
    }

    @Override
    public String label() {
        return "Keycloak";
    }

    /// Returns when it gives out its discovery document; from then on it is kept running.
    void start(ReadyFile file, Consumer<String> progress) throws IOException, InterruptedException {
        if (!run.isMarked(IMPORTED)) {
            // A first start that was cut short leaves half a database.
            RunDirectory.deleteTree(run.keycloak().resolve("data"));
        }
        var first = launch();
        if (first != null) {
            readiness.await(label(), first, log, discovery(), START_LIMIT);
            run.mark(IMPORTED);
            ready = true;
            new Keeper(this, () -> readiness.isReady(discovery()), file, progress).keep(first);
        }
    }

    @Override
    public synchronized @Nullable JavaProcess launch() throws IOException {
        if (closed) {
            return null;
        }
        var importFolder = run.keycloak().resolve("data/import");
        Files.createDirectories(importFolder);
        RunDirectory.writePrivately(importFolder.resolve("tocsin-realm.json"), realm.json());
        process = JavaProcess.start(
                run,
                PART,
                command(
                        run.keycloak(),
                        "start",
                        "--optimized",
                        "--import-realm",
                        "--cache=local",
                        "--http-enabled=true",
                        "--http-host=127.0.0.1",
                        "--http-port=" + port,
                        "--hostname=" + url()),
                Map.of(
                        "KC_BOOTSTRAP_ADMIN_USERNAME",
                        "admin",
                        "KC_BOOTSTRAP_ADMIN_PASSWORD",
                        secrets.password("keycloak-admin")));
        return process;
    }

    @Override
    public synchronized boolean isStopping() {
        return closed;
    }

    private URI discovery() {
        return URI.create(issuer() + "/.well-known/openid-configuration");
    }

    private List<String> command(Path home, String... arguments) {
        var command = new ArrayList<>(List.of(
                "-Xms64m",
                "-Xmx384m",
                "-XX:+UseSerialGC",
                // Starts in half the time; giving out tokens now and then needs no second compiler.
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxMetaspaceSize=256m",
                "-Dfile.encoding=UTF-8",
                "-Duser.language=en",
                "-Duser.country=US",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED",
                "--add-opens=java.base/java.security=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Dkc.home.dir=" + home,
                "-Djboss.server.config.dir=" + home.resolve("conf"),
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dpicocli.disable.closures=true",
                "-Djava.util.concurrent.ForkJoinPool.common.threadFactory="
                        + "io.quarkus.bootstrap.forkjoin.QuarkusForkJoinWorkerThreadFactory",
                "-cp",
                home.resolve("lib/quarkus-run.jar").toString(),
                "io.quarkus.bootstrap.runner.QuarkusEntryPoint"));
        command.addAll(List.of(arguments));
        return command;
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (process != null) {
            // One that is still starting would first finish that.
            process.stop(ready ? Duration.ofSeconds(10) : Duration.ZERO);
        }
    }

    /// Leaves out the folder that everything in the zip lies in.
    private static void unzip(Path zip, Path target) throws IOException {
        try (InputStream file = Files.newInputStream(zip);
                var entries = new ZipInputStream(file)) {
            for (var entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                var name = entry.getName();
                var path = target.resolve(name.substring(name.indexOf('/') + 1)).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("an entry of " + zip + " leads outside: " + name);
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(path);
                } else {
                    Files.createDirectories(path.getParent());
                    Files.copy(entries, path);
                }
            }
        }
    }

    private static void copyTree(Path source, Path target) throws IOException {
        try (var files = Files.walk(source)) {
            for (var file : files.toList()) {
                try {
                    Files.copy(file, target.resolve(source.relativize(file).toString()));
                } catch (FileAlreadyExistsException e) {
                    throw new IOException(target + " is being written by somebody else", e);
                }
            }
        }
    }
}

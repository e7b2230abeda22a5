package io.tocsin.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A packaged service as its JVM image holds it: beside the options of `java.args` and the AOT cache that
/// `deploy/images/train` makes in the JVM of the tests, from which every replica of theirs begins.
final class TrainedService {

    private static final Path ROOT =
            Path.of(System.getProperty("tocsin.root", "../..")).toAbsolutePath().normalize();
    private static final Path JAVA_HOME = Path.of(System.getProperty("java.home"));

    /// What the Dockerfile's training run asks for: the words of its `RUN` that are paths of ours.
    private static final Pattern TRAINED_BY = Pattern.compile("\"(/(?:api|v1)/[^\"]*)\"");

    private static final String CACHE = "app.aot";

    private TrainedService() {}

    /// The folder with the service that was built last. Made by whoever asks first: forks of the tests ask at once.
    static synchronized Path folder(String service) {
        Path packaged = ROOT.resolve(service).resolve("target/quarkus-app");
        Path trained = ROOT.resolve(service).resolve("target/trained");
        try {
            Files.createDirectories(trained.getParent());
            try (var file = FileChannel.open(
                            trained.resolveSibling("trained.lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
                    var lock = file.lock()) {
                FileTime built = Files.getLastModifiedTime(packaged.resolve("quarkus-run.jar"));
                if (lock.isValid() && !isOf(built, trained)) {
                    delete(trained);
                    copy(packaged, trained);
                    train(service, trained);
                    Files.writeString(trained.resolve("trained-of"), said(built));
                }
            }
            return trained;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static boolean isOf(FileTime built, Path trained) throws IOException {
        Path of = trained.resolve("trained-of");
        return Files.exists(of) && Files.readString(of).equals(said(built));
    }

    private static String said(FileTime built) {
        return built.toMillis() + " " + Runtime.version() + " " + JAVA_HOME;
    }

    /// Copies a packaged service to where it can be trained.
    static void copy(Path packaged, Path to) throws IOException {
        try (Stream<Path> found = Files.walk(packaged)) {
            for (Path file : found.toList()) {
                Files.copy(file, to.resolve(packaged.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Files.copy(ROOT.resolve("deploy/images/java.args"), to.resolve("java.args"));
    }

    /// Leaves the cache in the folder.
    static void train(String service, Path folder) throws IOException {
        var command = new ArrayList<>(
                List.of("bash", ROOT.resolve("deploy/images/train").toString(), folder.toString()));
        String dockerfile = Files.readString(ROOT.resolve(service).resolve("src/main/docker/Dockerfile.jvm"));
        TRAINED_BY.matcher(dockerfile).results().map(path -> path.group(1)).forEach(command::add);
        Path output = folder.resolve("train-output.log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", JAVA_HOME.toString());
        builder.environment().put("TRAIN_HTTP_PORT", Integer.toString(LocalPlatform.freePort()));
        builder.environment().put("TRAIN_MANAGEMENT_PORT", Integer.toString(LocalPlatform.freePort()));
        try {
            if (builder.start().waitFor() != 0) {
                throw new IllegalStateException(service + " was not trained:\n" + Files.readString(output));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    /// What a JVM is told to begin from the cache of a folder; one that does not fit is an error here, not a slow
    /// start.
    static List<String> options(Path folder) {
        return List.of("-XX:AOTMode=on", "-XX:AOTCache=" + folder.resolve(CACHE));
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> found = Files.walk(folder)) {
                for (Path file :
                        found.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}

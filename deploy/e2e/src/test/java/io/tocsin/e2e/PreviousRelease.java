package io.tocsin.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/// The release before this one, built from its own commit in a worktree that is kept for the next time.
///
/// @param tag the release
/// @param commit where its tag points, for clones that came without tags
/// @param schema the newest migration it holds
record PreviousRelease(String tag, String commit, String schema) {

    private static final Path ROOT = Path.of(System.getProperty("tocsin.root"));

    static PreviousRelease read() throws IOException {
        var properties = new Properties();
        try (var text = Files.newBufferedReader(ROOT.resolve("deploy/e2e/previous-release.properties"))) {
            properties.load(text);
        }
        return new PreviousRelease(
                properties.getProperty("tag"), properties.getProperty("commit"), properties.getProperty("schema"));
    }

    /// Whether this clone has its history.
    boolean isKnown() throws IOException {
        return run(ROOT, 1, "git", "cat-file", "-e", commit + "^{commit}").isPresent();
    }

    /// Whether its tag, where this clone has it, still names the commit that was released.
    boolean isWhereItWas() throws IOException {
        return run(ROOT, 1, "git", "rev-parse", "-q", "--verify", tag + "^{commit}")
                .map(named -> named.strip().equals(commit))
                .orElse(true);
    }

    /// The folder with its services, packaged.
    Path build() throws IOException {
        Path tree = ROOT.resolve("deploy/e2e/target/previous").resolve(commit);
        if (Files.exists(tree.resolve("indicator-service/target/quarkus-app/quarkus-run.jar"))) {
            return tree;
        }
        if (!Files.exists(tree.resolve("pom.xml"))) {
            Files.createDirectories(tree.getParent());
            run(ROOT, 1, "git", "worktree", "prune");
            require(run(ROOT, 1, "git", "worktree", "add", "--detach", "--force", tree.toString(), commit));
        }
        require(run(
                tree,
                10,
                tree.resolve("mvnw").toString(),
                "-B",
                "-q",
                "-DskipTests",
                "-pl",
                "alert-service,response-service,indicator-service",
                "-am",
                "package"));
        return tree;
    }

    private static void require(Optional<String> output) {
        if (output.isEmpty()) {
            throw new IllegalStateException("the previous release could not be built; see the output above");
        }
    }

    /// What a command printed, or nothing when it failed.
    private static Optional<String> run(Path folder, long minutes, String... command) throws IOException {
        var builder =
                new ProcessBuilder(List.of(command)).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("MAVEN_"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor(minutes, TimeUnit.MINUTES) && process.exitValue() == 0) {
                return Optional.of(output);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        System.out.println(String.join(" ", command) + " failed:\n" + output);
        return Optional.empty();
    }
}

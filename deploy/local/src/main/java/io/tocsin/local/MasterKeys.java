package io.tocsin.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/// The folder of the services' master keys: one is made at the first start and kept, more are whoever's who rotates
/// them (docs/keys.md).
final class MasterKeys {

    private static final String FIRST = "first";

    private final Path folder;

    MasterKeys(RunDirectory run) {
        this.folder = run.masterKeys();
    }

    Path folder() {
        return folder;
    }

    /// Makes the first key unless there is a current one.
    void prepare() throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        if (Files.exists(folder.resolve("current"))) {
            return;
        }
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        RunDirectory.writePrivately(folder.resolve(FIRST), Base64.getEncoder().encodeToString(key) + "\n");
        RunDirectory.writePrivately(folder.resolve("current"), FIRST + "\n");
    }
}

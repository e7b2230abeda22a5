package io.tocsin.secret;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The master keys there are, and which of them is used for what is wrapped from now on.
final class MasterKeyRing {

    private static final String CURRENT = "current";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final String current;
    private final Map<String, byte[]> keys;

    private MasterKeyRing(String current, Map<String, byte[]> keys) {
        this.current = current;
        this.keys = keys;
    }

    /// Reads a folder as [SecretConfig#masterKeys] describes it. What begins with a dot is passed over:
    /// Kubernetes keeps its own there.
    ///
    /// @throws IllegalArgumentException whose message says what to do, and nothing of a key
    static MasterKeyRing read(Path folder) {
        var keys = new TreeMap<String, byte[]>();
        String current = null;
        for (Path file : files(folder)) {
            String name = file.getFileName().toString();
            if (name.equals(CURRENT)) {
                current = text(file);
            } else {
                keys.put(name, key(file, name));
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("there is no master key in " + folder
                    + ": put a file there with the output of `openssl rand -base64 32`, and one called " + CURRENT
                    + " with its name");
        }
        if (current == null || !keys.containsKey(current)) {
            throw new IllegalArgumentException("the file " + folder.resolve(CURRENT) + " must name one of the keys "
                    + keys.keySet()
                    + (current == null ? ", but is not there" : ", but it names another"));
        }
        return new MasterKeyRing(current, keys);
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> found = Files.list(folder)) {
            return found.filter(file -> !file.getFileName().toString().startsWith("."))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(
                    "the folder of the master keys cannot be read: " + unreadable, unreadable);
        }
    }

    private static byte[] key(Path file, String name) {
        if (!ID.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    file + " is not named as a master key is: 1 to 64 letters, digits, - or _");
        }
        try {
            byte[] key = Base64.getDecoder().decode(text(file));
            if (key.length == ExtendedGcm.KEY) {
                return key;
            }
        } catch (IllegalArgumentException notBase64) {
            // said below, without the text
        }
        throw new IllegalArgumentException(file + " does not hold 32 bytes in base64: `openssl rand -base64 32`");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException(file + " cannot be read: " + unreadable, unreadable);
        }
    }

    String current() {
        return current;
    }

    Set<String> ids() {
        return keys.keySet();
    }

    /// The key, or null when it is not there.
    byte[] key(String id) {
        return keys.get(id);
    }
}

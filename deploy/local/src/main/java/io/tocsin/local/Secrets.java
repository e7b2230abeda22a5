package io.tocsin.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Properties;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/// Passwords, client secrets and tenant ids of this one installation: made at random when first asked for, then kept.
final class Secrets {

    private final Path file;
    private final Properties known = new Properties();
    private final SecureRandom random = new SecureRandom();

    Secrets(Path file) {
        this.file = file;
        try {
            if (Files.exists(file)) {
                known.load(new StringReader(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// 32 hex digits, so that it needs quoting nowhere: not in SQL, not in JSON, not in a shell.
    synchronized String password(String name) {
        return known(name, HexFormat.of().formatHex(randomBytes()));
    }

    /// A new one each time, kept nowhere.
    String newPassword() {
        return HexFormat.of().formatHex(randomBytes());
    }

    synchronized String tenant(String name) {
        return known(name, UUID.randomUUID().toString());
    }

    private String known(String name, String otherwise) {
        var value = known.getProperty(name);
        if (value == null) {
            value = otherwise;
            known.setProperty(name, value);
            save();
        }
        return value;
    }

    private void save() {
        var lines = new TreeMap<String, String>();
        known.stringPropertyNames().forEach(name -> lines.put(name, known.getProperty(name)));
        RunDirectory.writePrivately(
                file,
                lines.entrySet().stream()
                        .map(line -> line.getKey() + "=" + line.getValue() + "\n")
                        .collect(Collectors.joining()));
    }

    private byte[] randomBytes() {
        var bytes = new byte[16];
        random.nextBytes(bytes);
        return bytes;
    }
}

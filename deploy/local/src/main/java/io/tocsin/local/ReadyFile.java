package io.tocsin.local;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The file that is there while every part of the platform answers, and at no other time.
final class ReadyFile {

    private final Path path;
    private final Set<String> fallen = new HashSet<>();
    private @Nullable String content;

    ReadyFile(Path path) {
        this.path = path;
    }

    /// The platform has started; the file appears unless a part has fallen meanwhile.
    synchronized void open(String text) {
        content = text;
        writeOrDelete();
    }

    synchronized void fallen(String part) {
        fallen.add(part);
        writeOrDelete();
    }

    synchronized void back(String part) {
        fallen.remove(part);
        writeOrDelete();
    }

    /// The platform is being stopped: the file is gone for good.
    synchronized void close() {
        content = null;
        writeOrDelete();
    }

    private void writeOrDelete() {
        if (content != null && fallen.isEmpty()) {
            RunDirectory.write(path, content);
        } else {
            RunDirectory.deleteQuietly(path);
        }
    }
}

package io.tocsin.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;

/// The folder that holds everything a running platform keeps, `deploy/local/.run` unless the caller says otherwise.
record RunDirectory(Path path) {

    static RunDirectory prepared(Path path) throws IOException {
        var run = new RunDirectory(path.toAbsolutePath().normalize());
        for (var folder : new Path[] {run.logs(), run.pids(), run.marks()}) {
            Files.createDirectories(folder);
        }
        return run;
    }

    /// As the system names it where somebody else than us is asked: without links.
    Path realPath() {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path data() {
        return path.resolve("data");
    }

    Path postgresBinaries() {
        return path.resolve("postgres");
    }

    Path keycloak() {
        return path.resolve("keycloak");
    }

    Path certificates() {
        return path.resolve("certs");
    }

    Path secrets() {
        return path.resolve("secrets");
    }

    Path masterKeys() {
        return path.resolve("keys");
    }

    Path ports() {
        return path.resolve("ports");
    }

    Path env() {
        return path.resolve("env");
    }

    Path ready() {
        return path.resolve("ready");
    }

    Path lock() {
        return path.resolve("lock");
    }

    Path logs() {
        return path.resolve("logs");
    }

    Path log(String part) {
        return logs().resolve(part + ".log");
    }

    Path pids() {
        return path.resolve("pids");
    }

    Path pid(String part) {
        return pids().resolve(part);
    }

    private Path marks() {
        return path.resolve("marks");
    }

    /// A step that must not be left half done is marked when it is over; without its mark it is done again from
    /// nothing.
    boolean isMarked(String step) {
        return Files.exists(marks().resolve(step));
    }

    void mark(String step) {
        write(marks().resolve(step), "");
    }

    void unmark(String step) {
        deleteQuietly(marks().resolve(step));
    }

    void writePid(String part, long pid) {
        write(pid(part), pid + "\n");
    }

    void forgetPid(String part) {
        deleteQuietly(pid(part));
    }

    /// Keeps the log of the run before, so that what made somebody start again can still be read.
    void turnLogOver(String part) {
        try {
            if (Files.exists(log(part))) {
                Files.move(log(part), logs().resolve(part + ".log.1"), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Replaces the file in one step and lets nobody but its owner read it.
    static void writePrivately(Path file, String content) {
        try {
            var fresh = Files.createTempFile(
                    file.getParent(),
                    file.getFileName().toString(),
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, content);
            Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void deleteTree(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (var files = Files.walk(folder)) {
            for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}

package io.tocsin.local;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/// Free ports of 127.0.0.1 for what listens inside; the ones of the last start again where they are free, so that
/// tokens
/// and bookmarks outlive a restart.
///
/// They lie below the range the system gives to outgoing connections (from 32768 on Linux, 49152 on macOS): a service
/// that died finds its port free when it comes back, and nobody connects to himself while it is away.
final class Ports {

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_000;

    private final Path file;
    private final Properties remembered = new Properties();
    private final Set<Integer> given = new HashSet<>();

    Ports(Path file) {
        this.file = file;
        try {
            if (Files.exists(file)) {
                remembered.load(new StringReader(Files.readString(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    synchronized int portOf(String part) {
        var port = Integer.parseInt(remembered.getProperty(part, "0"));
        while (port == 0 || given.contains(port) || !isFree(port)) {
            port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
        }
        given.add(port);
        remembered.setProperty(part, Integer.toString(port));
        save();
        return port;
    }

    /// The port a part got at the last start.
    int remembered(String part) {
        return Integer.parseInt(remembered.getProperty(part, "0"));
    }

    static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void save() {
        var lines = new TreeMap<String, String>();
        remembered.stringPropertyNames().forEach(part -> lines.put(part, remembered.getProperty(part)));
        RunDirectory.write(
                file,
                lines.entrySet().stream()
                        .map(line -> line.getKey() + "=" + line.getValue() + "\n")
                        .collect(Collectors.joining()));
    }
}

package io.tocsin.local;

import java.time.Duration;

/// Tells the person at the terminal what has happened so far, with the seconds since the beginning.
final class Progress {

    private final long began = System.nanoTime();

    void say(String what) {
        print("%6.1f s  %s".formatted(seconds(), what));
    }

    double seconds() {
        return Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
    }

    void print(String line) {
        System.out.println(line);
        System.out.flush();
    }
}

package io.tocsin.local.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Waiting with a bound.
final class Pause {

    private static final Duration BETWEEN = Duration.ofMillis(250);

    private Pause() {}

    static void of(Duration duration) {
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoFailure("the demo was interrupted");
        }
    }

    /// Asks until there is an answer; says what was expected and what was there instead when there is none in time.
    static <T> T until(Duration limit, String expected, Supplier<Optional<T>> question, Supplier<String> seen) {
        var deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            var answer = question.get();
            if (answer.isPresent()) {
                return answer.get();
            }
            if (System.nanoTime() > deadline) {
                throw new DemoFailure(expected + " within " + limit.toSeconds() + " s", seen.get());
            }
            of(BETWEEN);
        }
    }
}

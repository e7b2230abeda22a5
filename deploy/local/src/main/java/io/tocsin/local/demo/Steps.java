package io.tocsin.local.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// The steps of the demo in order, each with one sentence of what came of it.
final class Steps {

    private final Consumer<String> out;
    private final List<String> summary = new ArrayList<>();

    Steps(Consumer<String> out) {
        this.out = out;
    }

    /// Runs a step; `work` returns the sentence that sums it up.
    void step(String title, Step work) {
        var number = summary.size() + 1;
        out.accept("");
        out.accept("── %d. %s".formatted(number, title));
        var began = System.nanoTime();
        try {
            var result = work.run();
            var seconds = Duration.ofNanos(System.nanoTime() - began).toMillis() / 1000.0;
            out.accept("   ✔ %s (%.1f s)".formatted(result, seconds));
            summary.add("  ✔ %2d. %s: %s".formatted(number, title, result));
        } catch (DemoFailure e) {
            out.accept("   ✘ " + e.getMessage());
            summary.add("  ✘ %2d. %s".formatted(number, title));
            throw e;
        }
    }

    void printSummary() {
        out.accept("");
        summary.forEach(out);
    }

    interface Step {
        String run();
    }
}

package io.tocsin.local;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Starts a part again when it has ended, less and less eagerly while it keeps ending, and says so; the file `ready` is
/// away until the part answers again.
final class Keeper {

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(150);
    /// A part that has run so long was well; its next death is not one in a row.
    private static final Duration WELL = Duration.ofMinutes(1);

    private final Part part;
    private final Check ready;
    private final ReadyFile file;
    private final Consumer<String> progress;
    private Duration pause = FIRST_PAUSE;

    /// @param ready whether the part, and what cannot work without it, answers
    Keeper(Part part, Check ready, ReadyFile file, Consumer<String> progress) {
        this.part = part;
        this.ready = ready;
        this.file = file;
        this.progress = progress;
    }

    /// A question that takes a while.
    @FunctionalInterface
    interface Check {
        boolean holds() throws InterruptedException;
    }

    /// Returns at once; from now on the part is kept running.
    void keep(Part.Running first) {
        Thread.ofPlatform().daemon().name("keeps-" + part.label()).start(() -> {
            try {
                keepRunning(first);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void keepRunning(Part.Running first) throws InterruptedException {
        Part.@Nullable Running current = first;
        while (current != null) {
            var began = System.nanoTime();
            var ending = current.waitForEnd();
            if (System.nanoTime() - began > WELL.toNanos()) {
                pause = FIRST_PAUSE;
            }
            current = startAgain(part.label() + " " + ending);
            if (current != null) {
                awaitReady(current);
            }
        }
    }

    private Part.@Nullable Running startAgain(String why) throws InterruptedException {
        var reason = why;
        while (!part.isStopping()) {
            file.fallen(part.label());
            progress.accept("%s; starting it again in %d s".formatted(reason, pause.toSeconds()));
            Thread.sleep(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            try {
                return part.launch();
            } catch (StartFailure failure) {
                reason = failure.getMessage();
            } catch (IOException e) {
                reason = part.label() + " did not start: " + e;
            }
        }
        return null;
    }

    private void awaitReady(Part.Running current) throws InterruptedException {
        while (current.isAlive()) {
            if (ready.holds()) {
                file.back(part.label());
                progress.accept(part.label() + " is ready again");
                return;
            }
            Thread.sleep(BETWEEN_QUESTIONS);
        }
    }
}

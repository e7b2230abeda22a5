package io.tocsin.local;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A process of the platform that is started again when it ends, by a [Keeper].
interface Part {

    /// What a person calls it.
    String label();

    /// Starts it, perhaps without waiting until it answers; null when it is being stopped.
    @Nullable
    Running launch() throws IOException, InterruptedException;

    /// Whether it was told to end, so that its end is none to be mended.
    boolean isStopping();

    /// One life of a part.
    interface Running {

        boolean isAlive();

        /// Waits for the end and says what is known of it: "ended with exit code 1".
        String waitForEnd() throws InterruptedException;
    }
}

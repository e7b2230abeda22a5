package io.tocsin.local;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Why the platform does not start, as one sentence for the person who started it, and the log that says more.
final class StartFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient @Nullable Path log;

    StartFailure(String sentence) {
        this(sentence, null, null);
    }

    StartFailure(String sentence, @Nullable Path log) {
        this(sentence, log, null);
    }

    StartFailure(String sentence, @Nullable Path log, @Nullable Throwable cause) {
        super(sentence, cause);
        this.log = log;
    }

    @Nullable
    Path log() {
        return log;
    }
}

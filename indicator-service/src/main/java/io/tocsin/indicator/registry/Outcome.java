package io.tocsin.indicator.registry;

import io.tocsin.wire.ProblemException;

/// What became of one indicator of many.
sealed interface Outcome {

    /// @param what was done
    record Stored(long id, Effect what) implements Outcome {}

    record Refused(ProblemException problem) implements Outcome {}

    /// What storing it did.
    enum Effect {
        CREATED,
        UPDATED,
        UNCHANGED
    }
}

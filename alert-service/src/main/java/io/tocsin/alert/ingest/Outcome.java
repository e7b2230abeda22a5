package io.tocsin.alert.ingest;

import io.tocsin.alert.triage.Evidence;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What became of one submission.
sealed interface Outcome {

    /// It is committed, or will be with the transaction it is part of.
    ///
    /// @param created false when the alert was known already
    /// @param at when it was stored
    /// @param alert as it was stored, on its machine
    /// @param evidence what is new of it
    record Stored(String id, boolean created, WireTime at, NewAlert alert, List<Evidence> evidence)
            implements Outcome {}

    /// Nothing of it is stored, and sent again it will not be.
    record Refused(ProblemException problem) implements Outcome {}

    /// Nothing of it is stored, through no fault of the sender.
    record Failed(RuntimeException fault) implements Outcome {}
}

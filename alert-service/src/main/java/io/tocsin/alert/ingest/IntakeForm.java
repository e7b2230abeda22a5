package io.tocsin.alert.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import io.tocsin.alert.mapping.AlertMapping;
import io.tocsin.wire.ProblemException;

/// The form in which the alerts of a request are written: our own, or another product's.
final class IntakeForm {

    private final AlertReader reader;
    private final AlertMapping mapping;

    /// @param mapping null of our own form
    IntakeForm(AlertReader reader, AlertMapping mapping) {
        this.reader = reader;
        this.mapping = mapping;
    }

    /// Whether a machine that nobody knows is left out: another product does not know which machines we know.
    boolean isForeign() {
        return mapping != null;
    }

    /// Null of an event that is no alert.
    ///
    /// @throws ProblemException 400 when it cannot be read
    SubmitAlertRequest read(JsonNode event) {
        return mapping == null
                ? reader.read(event)
                : mapping.map(event).map(reader::read).orElse(null);
    }

    /// Null of an event that is no alert.
    ///
    /// @throws ProblemException 400 when it cannot be read
    SubmitAlertRequest read(byte[] line) {
        return mapping == null ? reader.read(line) : read(reader.tree(line));
    }
}

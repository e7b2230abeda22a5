package io.tocsin.alert.triage;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;

/// What an update changes; `null` keeps. Values are canonical already; an empty text takes the value away.
record AlertChange(String status, String assignedTo, String classification, String determination, String comment) {

    /// @throws ProblemException 400 when a value is not acceptable, or nothing is to be changed
    static AlertChange of(
            AlertStatus status, String assignedTo, String classification, String determination, String comment) {
        var change = new AlertChange(
                status == null ? null : status.name(),
                assignedTo,
                Verdicts.classification(classification),
                Verdicts.determination(determination),
                comment == null || comment.isBlank() ? null : comment);
        if (change.isEmpty()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body names nothing to update");
        }
        return change;
    }

    private boolean isEmpty() {
        return status == null
                && assignedTo == null
                && classification == null
                && determination == null
                && comment == null;
    }
}

package io.tocsin.alert.triage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.constraints.Size;

/// Contract 10 §4.1. Classification and determination are text here, since pages and clients spell them differently;
/// see
/// [Verdicts].
@RegisterForReflection
public record UpdateAlertRequest(
        AlertStatus status,
        @Size(max = 256) String assignedTo,
        String classification,
        String determination,
        @Size(max = 4000) String comment) {

    AlertChange toChange() {
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
}

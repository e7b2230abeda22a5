package io.tocsin.alert.triage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Objects;

/// Contract 10 §4.2: one change of several alerts.
@RegisterForReflection
public record UpdateAlertsRequest(
        List<String> alertIds,
        AlertStatus status,
        @Size(max = 256) String assignedTo,
        String classification,
        String determination,
        @Size(max = 4000) String comment) {

    /// Each once.
    List<String> ids() {
        if (alertIds == null || alertIds.isEmpty()) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "alertIds argument is missing");
        }
        if (alertIds.stream().anyMatch(Objects::isNull)) {
            throw new ProblemException(CommonProblem.INVALID_INPUT, "alertIds holds a null");
        }
        return alertIds.stream().distinct().toList();
    }

    AlertChange toChange() {
        return AlertChange.of(status, assignedTo, classification, determination, comment);
    }
}

package io.tocsin.alert.triage;

import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.validation.constraints.Size;

/// Contract 10 §4.1. Classification and determination are text here, since pages and clients spell them
/// differently; see [Verdicts].
@RegisterForReflection
public record UpdateAlertRequest(
        AlertStatus status,
        @Size(max = 256) String assignedTo,
        String classification,
        String determination,
        @Size(max = 4000) String comment) {

    AlertChange toChange() {
        return AlertChange.of(status, assignedTo, classification, determination, comment);
    }
}

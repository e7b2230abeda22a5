package io.tocsin.alert.investigation;

import io.tocsin.alert.ingest.AlertByReference;

/// What policies ask of an alert.
///
/// @param machineId never null: what is on no machine is not investigated
/// @param incidentId null while correlation has not seen it
/// @param groupId of the machine, null while it is in none yet
record AlertOfMachine(
        String id,
        String machineId,
        Long incidentId,
        String severity,
        String source,
        String detectionSource,
        Integer groupId) {

    /// Whether it was made by `POST /api/alerts/CreateAlertByReference`.
    boolean isByReference() {
        return AlertByReference.SOURCE.equals(source);
    }
}

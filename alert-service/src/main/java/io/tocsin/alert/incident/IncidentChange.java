package io.tocsin.alert.incident;

import java.util.List;

/// What an update changes; `null` keeps. Values are canonical already; an empty text takes the value away.
///
/// @param tags all it has from now on
record IncidentChange(
        IncidentStatus status,
        String assignedTo,
        String classification,
        String determination,
        List<String> tags,
        String comment) {

    boolean isEmpty() {
        return status == null
                && assignedTo == null
                && classification == null
                && determination == null
                && tags == null
                && comment == null;
    }
}

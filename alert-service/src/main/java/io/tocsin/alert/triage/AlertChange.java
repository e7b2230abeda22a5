package io.tocsin.alert.triage;

/// What an update changes; `null` keeps. Values are canonical already.
record AlertChange(String status, String assignedTo, String classification, String determination, String comment) {

    boolean isEmpty() {
        return status == null
                && assignedTo == null
                && classification == null
                && determination == null
                && comment == null;
    }
}

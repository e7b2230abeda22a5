package io.tocsin.alert.correlation;

/// Another alert that links, and the incident it brings.
record Candidate(Rule rule, String alertId, long incidentId, String detail) {}

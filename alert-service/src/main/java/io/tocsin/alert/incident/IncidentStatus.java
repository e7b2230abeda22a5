package io.tocsin.alert.incident;

/// The states a caller may set (contract 95 §1); `Redirected` comes of a merge only.
public enum IncidentStatus {
    Active,
    InProgress,
    Resolved
}

package io.tocsin.alert.triage;

/// The states a caller may set (contract 10 §4.1).
public enum AlertStatus {
    New,
    InProgress,
    Resolved
}

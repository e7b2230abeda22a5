package io.tocsin.alert.triage;

/// Contract 10 §1, `severity`.
public enum AlertSeverity {
    UnSpecified,
    Informational,
    Low,
    Medium,
    High
}

package io.tocsin.alert.sigma;

/// How grave a hit is, in the standard's words.
public enum SigmaLevel {
    INFORMATIONAL,
    LOW,
    MEDIUM,
    HIGH,
    CRITICAL
}

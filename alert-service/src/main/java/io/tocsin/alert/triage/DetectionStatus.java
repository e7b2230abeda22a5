package io.tocsin.alert.triage;

/// Contract 10 §1.1, `detectionStatus` of evidence.
public enum DetectionStatus {
    Detected,
    Blocked,
    Prevented;

    /// The name in the contract's spelling, or null when it is none of these; rows of earlier releases hold any text.
    public static String spelled(String name) {
        for (DetectionStatus status : values()) {
            if (status.name().equalsIgnoreCase(name)) {
                return status.name();
            }
        }
        return null;
    }
}

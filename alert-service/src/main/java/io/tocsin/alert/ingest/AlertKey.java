package io.tocsin.alert.ingest;

import java.util.Comparator;
import java.util.UUID;

/// What identifies an alert for good, in the one order in which batches take hold of alerts.
record AlertKey(UUID tenant, String source, String sourceRef) implements Comparable<AlertKey> {

    private static final Comparator<AlertKey> ORDER = Comparator.comparing(AlertKey::tenant)
            .thenComparing(AlertKey::source)
            .thenComparing(AlertKey::sourceRef);

    @Override
    public int compareTo(AlertKey other) {
        return ORDER.compare(this, other);
    }
}

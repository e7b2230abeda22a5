package io.tocsin.alert.detection;

import io.tocsin.wire.WireTime;

/// A tenant's rule, or what it changed of a built-in one.
///
/// @param rule the document as it was sent; null for a built-in rule
/// @param severity null where the rule's own counts
/// @param exclusions a JSON array of selections
record StoredDetection(
        String id,
        String rule,
        boolean enabled,
        String severity,
        String exclusions,
        String createdBy,
        WireTime created,
        String lastUpdatedBy,
        WireTime lastUpdate) {

    /// A built-in rule nobody has changed.
    static StoredDetection untouched(String id) {
        return new StoredDetection(id, null, true, null, "[]", null, null, null, null);
    }
}

package io.tocsin.alert.correlation;

import java.util.Collection;
import java.util.List;

/// An alert with everything it can be linked by.
///
/// @param incidentId where it is already, or null
/// @param group the device group of its machine, null when it has none or nobody asks
/// @param keys each once
record LinkedAlert(String id, Long incidentId, long from, long to, Integer group, List<LinkKey> keys) {

    LinkedAlert(String id, Long incidentId, long from, long to, Integer group, Collection<LinkKey> keys) {
        this(id, incidentId, from, to, group, List.copyOf(keys));
    }
}

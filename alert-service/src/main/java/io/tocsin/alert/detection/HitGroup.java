package io.tocsin.alert.detection;

import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// Hits of one look that belong to one alert: of one rule, on one machine, in one process tree.
///
/// @param subject the tree's topmost process, or what else the hits have in common
record HitGroup(ActiveRule rule, UUID tenant, String machineId, String subject, List<DetectionEvent> events) {

    HitGroup(ActiveRule rule, UUID tenant, String machineId, String subject) {
        this(rule, tenant, machineId, subject, new ArrayList<>());
    }

    WireTime first() {
        return events.stream()
                .map(event -> event.row().time())
                .min(WireTime::compareTo)
                .orElseThrow();
    }

    WireTime last() {
        return events.stream()
                .map(event -> event.row().time())
                .max(WireTime::compareTo)
                .orElseThrow();
    }
}

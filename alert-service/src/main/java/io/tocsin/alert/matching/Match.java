package io.tocsin.alert.matching;

import io.tocsin.alert.client.indicator.KnownIndicator;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// The events of one machine that one indicator speaks of, in one look.
record Match(UUID tenant, String machineId, KnownIndicator indicator, String type, List<SeenEvent> events) {

    static Match of(SeenEvent event, KnownIndicator indicator, String type) {
        return new Match(event.tenant(), event.machineId(), indicator, type, new ArrayList<>());
    }
}

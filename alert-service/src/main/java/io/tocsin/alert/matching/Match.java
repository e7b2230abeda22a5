package io.tocsin.alert.matching;

import io.tocsin.alert.client.indicator.KnownIndicator;
import io.tocsin.alert.client.indicator.MatchRequest.Observable;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/// What one indicator speaks of on one machine, in one look.
record Match(UUID tenant, String machineId, KnownIndicator indicator, List<Hit> hits) {

    /// @param value the value of the event the indicator matched
    record Hit(SeenEvent event, Observable value) {}

    static Match of(SeenEvent event, KnownIndicator indicator) {
        return new Match(event.tenant(), event.machineId(), indicator, new ArrayList<>());
    }
}

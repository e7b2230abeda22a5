package io.tocsin.indicator.sighting;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.indicator.registry.IndicatorView;
import io.tocsin.wire.WireTime;
import java.util.List;

/// What an indicator has matched (docs/api.md).
///
/// @param matches events of telemetry it decided on
/// @param machines that saw them, as far as the caller reaches them
/// @param score 100 when it was made or last seen just now, half of it after each half-life without a match
@RegisterForReflection
record SightingView(String indicatorId, long matches, long machines, WireTime firstSeen, WireTime lastSeen, int score) {

    /// On one machine.
    @RegisterForReflection
    record OnMachine(String machineId, long matches, WireTime firstSeen, WireTime lastSeen) {}

    /// @param value by machine
    /// @param cursor for the next page, null behind the last
    @RegisterForReflection
    record Detail(
            String indicatorId,
            long matches,
            long machines,
            WireTime firstSeen,
            WireTime lastSeen,
            int score,
            List<OnMachine> value,
            String cursor) {}

    /// An indicator nothing has matched for long.
    @RegisterForReflection
    record Unseen(IndicatorView indicator, SightingView sightings) {}

    /// @param cursor for the next page, null behind the last
    @RegisterForReflection
    record UnseenPage(List<Unseen> value, String cursor) {}
}

package io.tocsin.alert.retrohunt;

import io.quarkus.runtime.annotations.RegisterForReflection;
import io.tocsin.wire.WireTime;
import java.util.List;

/// How far new indicators have been held against stored telemetry (docs/api.md).
///
/// @param state `Waiting`, `Running` or `Finished`
/// @param since indicators changed since then are new to it
/// @param phase what is gone through now: `Ip`, `File`, `Domain`, `Url`
/// @param valuesLooked of stored telemetry
/// @param valuesMatched of them a new indicator speaks
/// @param machines on which such events are stored
/// @param alerts raised, or brought up to date
/// @param machinesPassedOver beyond the bound of one value
@RegisterForReflection
record RetroHuntView(
        String id,
        String state,
        WireTime since,
        WireTime begun,
        String phase,
        long valuesLooked,
        long valuesMatched,
        long machines,
        long alerts,
        long machinesPassedOver,
        WireTime updated,
        WireTime finished) {

    static RetroHuntView of(RetroHunt it) {
        return new RetroHuntView(
                Long.toString(it.id()),
                it.state().name(),
                it.since(),
                it.begun(),
                it.phase().name(),
                it.found().looked(),
                it.found().matched(),
                it.found().machines(),
                it.found().alerts(),
                it.found().passedOver(),
                it.updated(),
                it.finished());
    }

    /// @param cursor for the next page, null behind the last
    @RegisterForReflection
    record Page(List<RetroHuntView> value, String cursor) {}
}

package io.tocsin.alert.correlation;

import io.tocsin.wire.WireTime;
import java.time.Duration;

/// How far apart two alerts may be that a rule links, in ticks.
///
/// @param machine for alerts of one machine
/// @param shared for alerts that share a value
public record LinkWindows(long machine, long shared) {

    /// Far more than any event time, and far from overflowing.
    private static final long ANY = Long.MAX_VALUE / 8;

    static LinkWindows of(Duration machine, Duration shared) {
        return new LinkWindows(
                machine.toSeconds() * WireTime.TICKS_PER_SECOND, shared.toSeconds() * WireTime.TICKS_PER_SECOND);
    }

    /// One process tree is one, however long it lives.
    public long of(Rule rule) {
        return switch (rule) {
            case SameProcessTree -> ANY;
            case SameMachineAndTime -> machine;
            default -> shared;
        };
    }
}

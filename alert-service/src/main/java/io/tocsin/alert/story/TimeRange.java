package io.tocsin.alert.story;

import io.tocsin.wire.WireTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/// A closed span of event time; it bounds the day partitions a query touches.
public record TimeRange(WireTime from, WireTime to) {

    private static final long DAY = 86_400;

    /// From 30 days before to one day after: a parent may be old, its children are soon there.
    public TimeRange ofProcesses() {
        return widened(30 * DAY, DAY);
    }

    /// A day around: who touched a file or an address of the evidence.
    TimeRange ofTraces() {
        return widened(DAY, DAY);
    }

    TimeRange widened(long secondsBefore, long secondsAfter) {
        return new TimeRange(from.plusSeconds(-secondsBefore), to.plusSeconds(secondsAfter));
    }

    OffsetDateTime start() {
        return from.toInstant().atOffset(ZoneOffset.UTC);
    }

    OffsetDateTime end() {
        return to.toInstant().atOffset(ZoneOffset.UTC);
    }
}

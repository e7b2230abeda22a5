package io.tocsin.limits;

import java.util.concurrent.atomic.AtomicLong;

/// Calls a replica may let through without asking again. Times are those of `System.nanoTime`.
final class Lease {

    /// The lease before the first.
    static final Lease NONE = new Lease(0, 0, 0, false);

    private final long granted;
    private final AtomicLong left;
    private final long end;
    private final long refill;
    private final boolean last;

    private Lease(long granted, long end, long refill, boolean last) {
        this.granted = granted;
        this.left = new AtomicLong(granted);
        this.end = end;
        this.refill = refill;
        this.last = last;
    }

    /// A lease after which there may be another.
    static Lease of(long granted, long end) {
        return new Lease(granted, end, 0, false);
    }

    /// The last lease before the limit's window opens anew at `refill`.
    static Lease last(long granted, long end, long refill) {
        return new Lease(granted, end, refill, true);
    }

    boolean take(long now) {
        return left.get() > 0 && now - end < 0 && left.getAndDecrement() > 0;
    }

    /// How long calls are refused once this lease is used up; 0 when asking again may help.
    long refusedFor(long now) {
        return last ? Math.max(0, refill - now) : 0;
    }

    /// How many calls went through.
    long used() {
        return granted - Math.max(0, left.get());
    }

    boolean isUsedUp() {
        return left.get() <= 0;
    }
}

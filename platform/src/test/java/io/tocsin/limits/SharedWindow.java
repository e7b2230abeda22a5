package io.tocsin.limits;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/// Leases as `lease_calls` does, from one minute that opens with the first question, on a clock the test sets.
final class SharedWindow implements Leases {

    private final Clock clock;
    private long opened = Long.MIN_VALUE;
    private long used;
    private int questions;
    private boolean away;

    SharedWindow(Clock clock) {
        this.clock = clock;
    }

    @Override
    public synchronized Answer lease(Bucket bucket, CallLimit limit, long wanted) throws SQLException {
        questions++;
        if (away) {
            throw new SQLException("away", "08006");
        }
        if (opened == Long.MIN_VALUE || clock.nanos - opened >= TimeUnit.MINUTES.toNanos(1)) {
            opened = clock.nanos;
            used = 0;
        }
        long granted = Math.max(0, Math.min(wanted, limit.perMinute() - used));
        used += granted;
        long left = TimeUnit.NANOSECONDS.toMillis(TimeUnit.MINUTES.toNanos(1) - (clock.nanos - opened));
        return new Answer(granted, left, granted < wanted ? left : null);
    }

    synchronized int questions() {
        return questions;
    }

    synchronized void goAway() {
        away = true;
    }

    synchronized void comeBack() {
        away = false;
    }

    /// A clock that stands until the test moves it.
    static final class Clock {
        private volatile long nanos = 1_000_000_000L;

        long nanos() {
            return nanos;
        }

        void pass(long amount, TimeUnit unit) {
            nanos += unit.toNanos(amount);
        }
    }
}

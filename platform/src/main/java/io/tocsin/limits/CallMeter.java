package io.tocsin.limits;

import io.quarkus.logging.Log;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Counts one bucket's calls on this replica. A call takes one of the leased; only when none is left is the database
/// asked, by one caller for all that wait, and never while the answer is known to be no.
///
/// When the database cannot be asked, the replica counts alone for a second at a time: calls go on, and no replica lets
/// through more than the whole limit in a window (docs/adr/013).
final class CallMeter {

    private static final long QUICK = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long ALONE = TimeUnit.SECONDS.toNanos(1);

    /// From this limit on calls are leased in blocks; below, one by one, so that a small limit is exact.
    private static final long BLOCKS_FROM = 600;

    private final Bucket bucket;
    private final CallLimit limit;
    private final Leases leases;
    private final LongSupplier clock;
    private final ReentrantLock asking = new ReentrantLock();
    private final long smallestBlock;
    private final long largestBlock;
    private volatile Lease lease = Lease.NONE;
    private volatile long asked;
    private long block;
    private long windowEnd;
    private long usedInWindow;

    /// @param clock `System::nanoTime`
    CallMeter(Bucket bucket, CallLimit limit, Leases leases, LongSupplier clock) {
        this.bucket = bucket;
        this.limit = limit;
        this.leases = leases;
        this.clock = clock;
        long figure = limit.perHour() == null ? limit.shortest() : Math.min(limit.shortest(), limit.perHour());
        smallestBlock = Math.max(1, figure / BLOCKS_FROM);
        largestBlock = figure < BLOCKS_FROM ? 1 : figure / 20;
        block = smallestBlock;
        windowEnd = clock.getAsLong();
        asked = windowEnd - QUICK;
    }

    /// The nanoseconds for which calls are known to be refused; 0 when one may be taken or asked for.
    long refusedFor() {
        Lease current = lease;
        return current.isUsedUp() ? current.refusedFor(clock.getAsLong()) : 0;
    }

    /// Takes one call: 0 when it may go through, else the nanoseconds after which one may.
    long take() {
        long now = clock.getAsLong();
        Lease current = lease;
        if (current.take(now)) {
            return 0;
        }
        long refused = current.refusedFor(now);
        return refused > 0 ? refused : takeOfNext();
    }

    private long takeOfNext() {
        asking.lock();
        try {
            long now = clock.getAsLong();
            if (lease.take(now)) {
                return 0;
            }
            long refused = lease.refusedFor(now);
            if (refused > 0) {
                return refused;
            }
            lease = next(now, 1L + asking.getQueueLength());
            now = clock.getAsLong();
            return lease.take(now) ? 0 : Math.max(1, lease.refusedFor(now));
        } finally {
            asking.unlock();
        }
    }

    private Lease next(long now, long waiting) {
        usedInWindow = now - windowEnd < 0 ? usedInWindow + lease.used() : 0;
        adapt(now);
        asked = now;
        long wanted = Math.max(block, waiting);
        try {
            Leases.Answer answer = leases.lease(bucket, limit, wanted);
            // Counted from before the question, so that no lease outlives its window at the database.
            long end = now + TimeUnit.MILLISECONDS.toNanos(answer.leaseMillis());
            windowEnd = end;
            if (answer.refillMillis() == null) {
                return Lease.of(answer.granted(), end);
            }
            // And from after it, so that the wait is never told too short.
            long refill = clock.getAsLong() + TimeUnit.MILLISECONDS.toNanos(answer.refillMillis());
            return Lease.last(answer.granted(), end, refill);
        } catch (SQLException unreachable) {
            Log.warnf(
                    "Limits are counted by this replica alone: route=%s application=%s reason=%s",
                    bucket.route(), bucket.application(), unreachable.getMessage());
            return alone(clock.getAsLong());
        }
    }

    /// A block that was used up at once was too small; one that was not, too large.
    private void adapt(long now) {
        boolean quick = now - asked < QUICK;
        if (quick && lease.isUsedUp()) {
            block = Math.min(block * 2, largestBlock);
        } else if (!quick) {
            block = Math.max(block / 2, smallestBlock);
        }
    }

    private Lease alone(long now) {
        if (now - windowEnd >= 0) {
            windowEnd = now + TimeUnit.MINUTES.toNanos(limit.perMinute() == null ? 60 : 1);
            usedInWindow = 0;
        }
        long left = Math.max(0, limit.shortest() - usedInWindow);
        return left == 0 ? Lease.last(0, windowEnd, windowEnd) : Lease.of(left, now + ALONE);
    }

    /// Whether nothing is known here that a new meter would not learn from the database.
    boolean isIdle(long now, long idle) {
        return now - asked > idle;
    }
}

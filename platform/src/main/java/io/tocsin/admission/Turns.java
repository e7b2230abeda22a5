package io.tocsin.admission;

/// When those who are sent away are to come again: each at a time of his own, twice as many in a second as were let in
/// of late, for sending people away cost time, too, and the queue takes up a rush. Told all the same second, ten
/// thousand agents with a report came in vain four times each and kept the service from those it could have served.
final class Turns {

    private static final long SECOND = 1_000_000_000;
    private static final long LONGEST = 30 * SECOND;

    /// A replica that has just begun, or stands still, is taken to let so many in.
    private static final int FEWEST = 50;

    private static final int MORE = 2;

    private long second;
    private int entered;
    private int before;
    private long nextTurn;

    Turns(long now) {
        this.second = now;
        this.nextTurn = now;
    }

    /// Somebody was let in.
    synchronized void enter(long now) {
        count(now);
        entered++;
    }

    /// @param now as [System#nanoTime] has it
    /// @return seconds after which to come again, 1 to 30
    synchronized long secondsToWait(long now) {
        count(now);
        int everySecond = MORE * Math.max(FEWEST, Math.max(entered, before));
        nextTurn = Math.max(nextTurn + SECOND / everySecond, now + SECOND);
        if (nextTurn - now > LONGEST) {
            nextTurn = now + SECOND; // more than there is room for: they meet others, and are told again
        }
        return (nextTurn - now + SECOND - 1) / SECOND;
    }

    private void count(long now) {
        long passed = (now - second) / SECOND;
        if (passed > 0) {
            before = passed == 1 ? entered : 0;
            entered = 0;
            second += passed * SECOND;
        }
    }
}

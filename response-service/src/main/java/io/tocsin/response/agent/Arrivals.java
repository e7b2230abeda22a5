package io.tocsin.response.agent;

/// Lets so many agents in a second begin to wait, and gives each of the others a time of its own to come again, as far
/// apart as they can be let in: a fleet that was thrown out at once comes back on a ramp.
final class Arrivals {

    private static final long SECOND = 1_000_000_000;
    private static final long LONGEST = 60 * SECOND;

    private final long apart;
    private long nextFree;
    private long nextBooked;
    private long nextReturn;

    /// @param everySecond how many may come; as many again may come at once after a quiet second
    Arrivals(int everySecond, long now) {
        this.apart = SECOND / everySecond;
        this.nextFree = now - SECOND;
        this.nextBooked = now;
        this.nextReturn = now - SECOND;
    }

    /// When one that waited and was told something is to ask again. A change that all are told of at once would bring
    /// all of them back at once, in the way of those that are still to be told.
    ///
    /// @param now as [System#nanoTime] has it
    /// @return 0 for as many as may come in a second, else seconds after which to come
    synchronized long secondsToReturn(long now) {
        nextReturn = Math.max(nextReturn + apart, now - SECOND);
        if (nextReturn - now > LONGEST) {
            nextReturn = now;
        }
        return Math.max(0, (nextReturn - now + SECOND - 1) / SECOND);
    }

    /// @param now as [System#nanoTime] has it
    /// @return 0 for whoever may stay, else seconds after which to come again
    synchronized long secondsToWait(long now) {
        if (nextFree < now - SECOND) {
            nextFree = now - SECOND;
        }
        if (nextFree <= now) {
            nextFree += apart;
            return 0;
        }
        nextBooked = Math.max(nextBooked + apart, now + SECOND);
        if (nextBooked - now > LONGEST) {
            nextBooked = now + SECOND; // more than there is room for: they meet others, and are told again
        }
        return (nextBooked - now + SECOND - 1) / SECOND;
    }
}

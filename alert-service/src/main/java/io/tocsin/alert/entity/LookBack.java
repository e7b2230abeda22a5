package io.tocsin.alert.entity;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import java.util.regex.Pattern;

/// How far statistics reach back: whole hours, and the one that has begun before them.
///
/// @param since the beginning of the hour in which the span begins
record LookBack(WireTime since) {

    private static final int MOST_HOURS = 720;
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    /// @param hours `lookBackHours` as the caller wrote it; null for as far as can be
    /// @throws ProblemException 400 `InvalidInput` when it is no number from 1 to 720
    static LookBack of(String hours, WireTime now) {
        int count = hours == null ? MOST_HOURS : NUMBER.matcher(hours.strip()).matches() ? number(hours) : 0;
        if (count < 1 || count > MOST_HOURS) {
            throw new ProblemException(
                    CommonProblem.INVALID_INPUT, "lookBackHours is a whole number from 1 to " + MOST_HOURS);
        }
        long begin = now.ticks() - count * Sighting.TICKS_PER_HOUR;
        return new LookBack(new WireTime(begin - begin % Sighting.TICKS_PER_HOUR));
    }

    private static int number(String hours) {
        return Integer.parseInt(hours.strip());
    }
}

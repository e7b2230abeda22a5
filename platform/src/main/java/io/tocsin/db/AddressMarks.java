package io.tocsin.db;

import io.tocsin.wire.WireTime;
import java.util.BitSet;

/// In which five minutes of a UTC day something was seen, a bit for each, as two services write and read it
/// (docs/adr/075).
public final class AddressMarks {

    /// How many marks a day has.
    public static final int A_DAY = 288;

    private static final long FIVE_MINUTES = 300 * WireTime.TICKS_PER_SECOND;

    private AddressMarks() {}

    /// The place of a moment in its day.
    public static int of(long ticks) {
        return (int) (Math.floorDiv(ticks, FIVE_MINUTES) % A_DAY + A_DAY) % A_DAY;
    }

    /// As PostgreSQL reads a `bit(288)`.
    public static String text(BitSet marks) {
        var text = new StringBuilder(A_DAY);
        for (int mark = 0; mark < A_DAY; mark++) {
            text.append(marks.get(mark) ? '1' : '0');
        }
        return text.toString();
    }
}

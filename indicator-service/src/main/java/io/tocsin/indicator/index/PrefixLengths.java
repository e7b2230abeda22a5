package io.tocsin.indicator.index;

import java.util.ArrayList;
import java.util.List;

/// The lengths the address ranges of a tenant have: a look-up asks for these alone.
///
/// @param four a bit for each length of IPv4
/// @param sixLow a bit for each length of IPv6 below 64
/// @param sixHigh a bit for each from 64 on
public record PrefixLengths(long four, long sixLow, long sixHigh) {

    public static final PrefixLengths NONE = new PrefixLengths(0, 0, 0);

    /// Every length there is: for who does not know.
    public static final PrefixLengths ALL = new PrefixLengths(-1, -1, -1);

    PrefixLengths with(boolean six, int length) {
        if (!six) {
            return new PrefixLengths(four | (1L << length), sixLow, sixHigh);
        }
        return length < 64
                ? new PrefixLengths(four, sixLow | (1L << length), sixHigh)
                : new PrefixLengths(four, sixLow, sixHigh | (1L << (length - 64)));
    }

    /// From the longest on; whole addresses are not among them.
    public List<Integer> of(boolean six) {
        var lengths = new ArrayList<Integer>();
        for (int length = six ? 127 : 31; length >= 0; length--) {
            long bits = six ? (length < 64 ? sixLow : sixHigh) : four;
            if ((bits >>> (length & 63) & 1) != 0) {
                lengths.add(length);
            }
        }
        return lengths;
    }
}

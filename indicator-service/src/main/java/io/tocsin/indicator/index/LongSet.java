package io.tocsin.indicator.index;

import java.util.Arrays;

/// A set of positive numbers that never changes.
final class LongSet {

    static final LongSet EMPTY = new LongSet(new long[2], 0);

    private final long[] slots;
    private final int size;

    private LongSet(long[] slots, int size) {
        this.slots = slots;
        this.size = size;
    }

    static LongSet of(long[] numbers, int count) {
        return count == 0 ? EMPTY : EMPTY.plus(numbers, count);
    }

    int size() {
        return size;
    }

    boolean contains(long number) {
        if (size == 0) {
            return false;
        }
        for (int at = place(number, slots.length); slots[at] != 0; at = (at + 1) & (slots.length - 1)) {
            if (slots[at] == number) {
                return true;
            }
        }
        return false;
    }

    LongSet plus(long[] numbers, int count) {
        if (count == 0) {
            return this;
        }
        int capacity = Integer.highestOneBit(Math.max(4, (size + count) * 2) - 1) << 1;
        long[] grown = new long[capacity];
        int kept = 0;
        for (long number : slots) {
            kept += number != 0 && put(grown, number) ? 1 : 0;
        }
        for (int i = 0; i < count; i++) {
            kept += put(grown, numbers[i]) ? 1 : 0;
        }
        return new LongSet(grown, kept);
    }

    /// Only those that are not in the other one.
    LongSet minus(LongSet other) {
        if (size == 0 || Arrays.stream(other.slots).noneMatch(number -> number != 0 && contains(number))) {
            return this;
        }
        long[] left = Arrays.stream(slots)
                .filter(number -> number != 0 && !other.contains(number))
                .toArray();
        return left.length == size ? this : of(left, left.length);
    }

    long[] toArray() {
        return Arrays.stream(slots).filter(number -> number != 0).toArray();
    }

    long bytes() {
        return 8L * slots.length;
    }

    private static boolean put(long[] slots, long number) {
        int at = place(number, slots.length);
        while (slots[at] != 0) {
            if (slots[at] == number) {
                return false;
            }
            at = (at + 1) & (slots.length - 1);
        }
        slots[at] = number;
        return true;
    }

    private static int place(long number, int capacity) {
        long mixed = number * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (capacity - 1);
    }
}

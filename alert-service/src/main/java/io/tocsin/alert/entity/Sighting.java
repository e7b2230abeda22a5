package io.tocsin.alert.entity;

import io.tocsin.wire.WireTime;
import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// One entity on one machine, as far as one batch of events knows it.
final class Sighting {

    /// @param key what was seen
    record Key(UUID tenant, EntityKey key, String machineId) implements Comparable<Key> {

        private static final Comparator<Key> ORDER = Comparator.comparing(Key::tenant)
                .thenComparing(it -> it.key.kind())
                .thenComparing(it -> it.key.value())
                .thenComparing(Key::machineId);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    /// As the migration's functions count.
    static final long TICKS_PER_HOUR = 3_600 * WireTime.TICKS_PER_SECOND;

    private static final int MOST_HOURS = 768;

    private final SortedSet<Long> hours = new TreeSet<>();
    private final SortedSet<String> labels = new TreeSet<>();
    private long first = Long.MAX_VALUE;
    private long last = Long.MIN_VALUE;

    void at(long ticks) {
        first = Math.min(first, ticks);
        last = Math.max(last, ticks);
        hours.add(ticks / TICKS_PER_HOUR);
    }

    /// @param label a name or a logon type, or null
    void label(String label) {
        if (label != null) {
            labels.add(label);
        }
    }

    long first() {
        return first;
    }

    long last() {
        return last;
    }

    SortedSet<String> labels() {
        return labels;
    }

    /// The hours as digits counted back from the last, as far as they reach.
    String bits() {
        long newest = hours.last();
        int length = (int) Math.min(MOST_HOURS, newest - hours.first() + 1);
        char[] bits = "0".repeat(length).toCharArray();
        for (long hour : hours) {
            if (newest - hour < length) {
                bits[(int) (newest - hour)] = '1';
            }
        }
        return new String(bits);
    }
}

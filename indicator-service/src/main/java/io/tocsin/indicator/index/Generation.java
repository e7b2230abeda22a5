package io.tocsin.indicator.index;

import java.util.Map;
import java.util.UUID;

/// Everything a look-up reads, as of one moment. The base is a directory of segments by the key's first bits; what is
/// younger lies in up to three small segments above it, and the ids that are gone in a set.
///
/// @param frozen what is being merged into the base right now
/// @param middle what came since
/// @param recent the last few, copied with every change
/// @param prefixes of a tenant: the lengths its address ranges have
record Generation(
        Segment[] base,
        Segment frozen,
        Segment middle,
        Segment recent,
        LongSet removed,
        Map<UUID, PrefixLengths> prefixes) {

    private static final int BATCH = 64;

    static Generation empty() {
        return new Generation(
                new Segment[] {Segment.EMPTY}, Segment.EMPTY, Segment.EMPTY, Segment.EMPTY, LongSet.EMPTY, Map.of());
    }

    Segment segment(long high) {
        return base[directory(high, base.length)];
    }

    /// Which of a power of two of segments a key belongs to.
    static int directory(long high, int segments) {
        return segments == 1 ? 0 : (int) (high >>> (64 - Integer.numberOfTrailingZeros(segments)));
    }

    void find(long high, long low, int asked, Hits hits) {
        int from = hits.size();
        segment(high).find(high, low, asked, hits);
        if (frozen.size() > 0) {
            frozen.find(high, low, asked, hits);
        }
        if (middle.size() > 0) {
            middle.find(high, low, asked, hits);
        }
        if (recent.size() > 0) {
            recent.find(high, low, asked, hits);
        }
        if (removed.size() > 0 && hits.size() > from) {
            hits.drop(from, removed);
        }
    }

    /// Many at once: each reads its one word without a branch that waits for it, so that their reads wait for memory
    /// together instead of one after the other; then those look on that the word does not end.
    void find(long[] keys, int count, Hits hits) {
        int from = hits.size();
        int[] left = new int[BATCH];
        for (int begin = 0; begin < count; begin += BATCH) {
            int end = Math.min(count, begin + BATCH);
            int leftCount = 0;
            for (int i = begin; i < end; i++) {
                long high = keys[2 * i];
                Segment segment = segment(high);
                left[leftCount] = i;
                leftCount += Segment.goesOn(segment.word(segment.start(keys[2 * i + 1])), high) ? 1 : 0;
            }
            for (int j = 0; j < leftCount; j++) {
                int at = left[j];
                segment(keys[2 * at]).find(keys[2 * at], keys[2 * at + 1], at, hits);
            }
        }
        above(frozen, keys, count, hits);
        above(middle, keys, count, hits);
        above(recent, keys, count, hits);
        if (removed.size() > 0 && hits.size() > from) {
            hits.drop(from, removed);
        }
    }

    private static void above(Segment segment, long[] keys, int count, Hits hits) {
        if (segment.size() > 0) {
            for (int i = 0; i < count; i++) {
                segment.find(keys[2 * i], keys[2 * i + 1], i, hits);
            }
        }
    }

    /// Whether there is such an entry, be it gone or not.
    boolean contains(long high, long low, long id) {
        return segment(high).contains(high, low, id)
                || frozen.contains(high, low, id)
                || middle.contains(high, low, id)
                || recent.contains(high, low, id);
    }

    long entries() {
        long entries = (long) frozen.size() + middle.size() + recent.size() - removed.size();
        for (int i = 0; i < base.length; i++) {
            entries += i > 0 && base[i] == base[i - 1] ? 0 : base[i].size();
        }
        return Math.max(0, entries);
    }

    long bytes() {
        long bytes = frozen.bytes() + middle.bytes() + recent.bytes() + removed.bytes();
        for (int i = 0; i < base.length; i++) {
            bytes += i > 0 && base[i] == base[i - 1] ? 0 : base[i].bytes();
        }
        return bytes;
    }
}

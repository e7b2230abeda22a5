package io.tocsin.indicator.index;

import io.tocsin.indicator.IndicatorType;
import java.util.Map;
import java.util.UUID;

/// Builds a table of many entries, in any order, without holding them twice.
public final class TableBuilder {

    private static final int CHUNK = 3 * 8_192;

    private static final class Bucket {
        private long[][] chunks = new long[4][];
        private int used;
        private int entries;
    }

    private final KeyHash hash;
    private final Bucket[] buckets;
    private final Prefixes prefixes = new Prefixes(Map.of());
    private final long[] keys = new long[2];
    private long entries;

    /// @param expected how many there will be, roughly
    public TableBuilder(KeyHash hash, long expected) {
        this.hash = hash;
        int segments = 1;
        while (expected / segments > Segment.MANY) {
            segments *= 2;
        }
        buckets = new Bucket[segments];
        for (int i = 0; i < segments; i++) {
            buckets[i] = new Bucket();
        }
    }

    public void add(UUID tenant, long id, IndicatorType type, String value) {
        hash.hash(tenant, type, value, keys, 0);
        prefixes.add(tenant, type, value);
        add(keys[0], keys[1], id);
    }

    long entries() {
        return entries;
    }

    private void add(long high, long low, long id) {
        Bucket bucket = buckets[Generation.directory(high, buckets.length)];
        int chunk = bucket.entries / (CHUNK / 3);
        if (chunk == bucket.chunks.length) {
            bucket.chunks = java.util.Arrays.copyOf(bucket.chunks, chunk * 2);
        }
        if (bucket.chunks[chunk] == null) {
            bucket.chunks[chunk] = new long[CHUNK];
            bucket.used = 0;
        }
        long[] into = bucket.chunks[chunk];
        into[bucket.used++] = high;
        into[bucket.used++] = low;
        into[bucket.used++] = id;
        bucket.entries++;
        entries++;
    }

    public KeyTable build() {
        Segment[] base = new Segment[buckets.length];
        for (int i = 0; i < base.length; i++) {
            Bucket bucket = buckets[i];
            Segment segment = Segment.forEntries(bucket.entries);
            int left = bucket.entries;
            for (int c = 0; left > 0; c++) {
                long[] chunk = bucket.chunks[c];
                for (int at = 0; at < CHUNK && left > 0; at += 3, left--) {
                    segment.put(chunk[at], chunk[at + 1], chunk[at + 2]);
                }
                bucket.chunks[c] = null;
            }
            buckets[i] = null;
            base[i] = segment;
        }
        return new KeyTable(
                hash, new Generation(base, Segment.EMPTY, Segment.EMPTY, Segment.EMPTY, LongSet.EMPTY, prefixes.all()));
    }
}

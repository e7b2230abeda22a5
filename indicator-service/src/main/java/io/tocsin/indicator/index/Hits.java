package io.tocsin.indicator.index;

import java.util.Arrays;

/// What was found: for each hit which of the asked keys it belongs to, and the indicator's id. Of one thread; an id may
/// be there twice.
public final class Hits {

    private int[] asked = new int[16];
    private long[] ids = new long[16];
    private int size;

    public int size() {
        return size;
    }

    /// The position of the key among those asked.
    public int asked(int hit) {
        return asked[hit];
    }

    public long id(int hit) {
        return ids[hit];
    }

    public void clear() {
        size = 0;
    }

    void add(int key, long id) {
        if (size == ids.length) {
            asked = Arrays.copyOf(asked, size * 2);
            ids = Arrays.copyOf(ids, size * 2);
        }
        asked[size] = key;
        ids[size++] = id;
    }

    /// Forgets those from a position on whose id is gone.
    void drop(int from, LongSet gone) {
        int kept = from;
        for (int i = from; i < size; i++) {
            if (!gone.contains(ids[i])) {
                asked[kept] = asked[i];
                ids[kept++] = ids[i];
            }
        }
        size = kept;
    }
}

package io.tocsin.indicator.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// An open-addressing table that never changes once it is built: groups of seven slots, each with a tag of one byte, a
/// key of 128 bits and an id. The seven tags are one word with an eighth byte, which says for each eighth of all keys
/// whether one of them had no room here and lies in a group behind; so a look-up that finds nothing reads that word
/// alone, nearly always, however full the group is. Several entries may have one key.
final class Segment {

    /// Slots at most, so that no array is larger than 8 MB.
    static final int MOST_SLOTS = 500_000;

    /// Entries from which on a segment of a growing index is divided.
    static final int MANY = 200_000;

    static final Segment EMPTY = new Segment(1);

    /// Slots of a group.
    static final int GROUP = 7;

    private static final int WORD = 8;
    private static final double FULL = 0.8;
    private static final long EACH = 0x0101010101010101L;
    private static final long TOPS = 0x0080808080808080L; // of the seven tags
    private static final int BEHIND = 56;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    final byte[] tags;
    final long[] keys;
    final long[] ids;
    final int groups;
    private int size;

    private Segment(int groups) {
        this(groups, new byte[groups * WORD], new long[groups * GROUP * 2], new long[groups * GROUP], 0);
    }

    Segment(int groups, byte[] tags, long[] keys, long[] ids, int size) {
        this.groups = groups;
        this.tags = tags;
        this.keys = keys;
        this.ids = ids;
        this.size = size;
    }

    /// An empty one, to be filled by [#put] before anybody else sees it.
    static Segment forEntries(int expected) {
        int groups = Math.max(1, (int) Math.ceil(expected / FULL / GROUP));
        if (expected
                == groups * GROUP) { // at least one slot stays free: nothing lies behind its group, where every look-up
            // ends
            groups++;
        }
        return new Segment(groups);
    }

    int size() {
        return size;
    }

    long bytes() {
        return tags.length + 8L * keys.length + 8L * ids.length;
    }

    void put(long high, long low, long id) {
        int group = start(low);
        while (true) {
            long word = word(group);
            long free = (word - EACH) & ~word & TOPS;
            if (free != 0) {
                int in = Long.numberOfTrailingZeros(free) >>> 3;
                int slot = group * GROUP + in;
                tags[group * WORD + in] = tag(high);
                keys[2 * slot] = high;
                keys[2 * slot + 1] = low;
                ids[slot] = id;
                size++;
                return;
            }
            tags[group * WORD + GROUP] |= (byte) (behind(high) >>> BEHIND);
            group = next(group);
        }
    }

    /// Whether there is an entry in a slot.
    boolean isTaken(int slot) {
        return tags[slot / GROUP * WORD + slot % GROUP] != 0;
    }

    void find(long high, long low, int asked, Hits hits) {
        int group = start(low);
        while (true) {
            long word = word(group);
            compare(group, word, high, low, asked, hits);
            if ((word & behind(high)) == 0) {
                return;
            }
            group = next(group);
        }
    }

    boolean contains(long high, long low, long id) {
        int group = start(low);
        while (true) {
            long word = word(group);
            for (long same = same(word, high); same != 0; same &= same - 1) {
                int slot = group * GROUP + (Long.numberOfTrailingZeros(same) >>> 3);
                if (ids[slot] == id && keys[2 * slot] == high && keys[2 * slot + 1] == low) {
                    return true;
                }
            }
            if ((word & behind(high)) == 0) {
                return false;
            }
            group = next(group);
        }
    }

    /// The group a look-up of the key begins with.
    int start(long low) {
        return (int) (((low >>> 32) * groups) >>> 32);
    }

    /// The tags of a group, and what lies behind it.
    long word(int group) {
        return (long) WORDS.get(tags, group * WORD);
    }

    /// Whether a look-up that has read this word has still to look for its key.
    static boolean goesOn(long word, long high) {
        return (same(word, high) | (word & behind(high))) != 0;
    }

    private int next(int group) {
        return group + 1 == groups ? 0 : group + 1;
    }

    private void compare(int group, long word, long high, long low, int asked, Hits hits) {
        for (long same = same(word, high); same != 0; same &= same - 1) {
            int slot = group * GROUP + (Long.numberOfTrailingZeros(same) >>> 3);
            if (keys[2 * slot] == high && keys[2 * slot + 1] == low) {
                hits.add(asked, ids[slot]);
            }
        }
    }

    /// The top bit of each tag that is the key's; now and then one more, which the comparison of keys sorts out.
    private static long same(long word, long high) {
        long differs = word ^ (EACH * (tag(high) & 0xff));
        return (differs - EACH) & ~differs & TOPS;
    }

    /// Never zero: that is a free slot.
    private static byte tag(long high) {
        int low = (int) high & 0xff;
        return (byte) (low | ((low - 1) >>> 31));
    }

    /// The bit of its eighth, which the tag knows nothing of.
    private static long behind(long high) {
        return 1L << (BEHIND + (high >>> 8 & 7));
    }
}

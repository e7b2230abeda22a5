package io.tocsin.indicator.index;

import io.tocsin.indicator.IndicatorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// The index of one replica. Look-ups take no lock and never wait; changes are made one after the other and seen by one
/// volatile write. Merging goes on segment by segment, so that it needs the memory of one segment more and holds no
/// change
/// back for longer than that takes.
public final class KeyTable {

    /// @param recent entries that are copied with every change, at most
    /// @param middle entries above the base from which on they are merged into it, at least
    /// @param many entries of a segment from which on it is divided
    record Sizes(int recent, int middle, int many) {

        static final Sizes USUAL = new Sizes(2_048, 32_768, Segment.MANY);
    }

    /// An indicator that is there, or is gone.
    ///
    /// @param type null when it is gone
    /// @param value in canonical form, null when it is gone
    public record Change(UUID tenant, long id, IndicatorType type, String value) {

        public static Change removed(UUID tenant, long id) {
            return new Change(tenant, id, null, null);
        }
    }

    private final KeyHash hash;
    private final Sizes sizes;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile Generation current;
    private int merged = -1;
    private LongSet removedBefore = LongSet.EMPTY;

    public KeyTable(KeyHash hash) {
        this(hash, Generation.empty());
    }

    KeyTable(KeyHash hash, Generation generation) {
        this(hash, generation, Sizes.USUAL);
    }

    KeyTable(KeyHash hash, Generation generation, Sizes sizes) {
        this.hash = hash;
        this.sizes = sizes;
        this.current = generation;
    }

    public KeyHash hash() {
        return hash;
    }

    /// What a range of addresses may be called in this tenant.
    public PrefixLengths prefixes(UUID tenant) {
        return current.prefixes().getOrDefault(tenant, PrefixLengths.NONE);
    }

    /// One look-up.
    public void find(long high, long low, Hits hits) {
        current.find(high, low, 0, hits);
    }

    /// Many look-ups of one moment.
    ///
    /// @param keys two halves each
    public void find(long[] keys, int count, Hits hits) {
        current.find(keys, count, hits);
    }

    public long entries() {
        return current.entries();
    }

    public long bytes() {
        return current.bytes();
    }

    Generation generation() {
        return current;
    }

    /// Takes changes in; of one indicator the last counts. What is there already stays as it is.
    public void apply(Collection<Change> changes) {
        if (changes.isEmpty()) {
            return;
        }
        writing.lock();
        try {
            Map<Long, Change> last = new HashMap<>();
            changes.forEach(change -> last.put(change.id(), change));
            Generation before = current;
            long[] keys = new long[2];
            long[] gone = new long[last.size()];
            long[] there = new long[last.size()];
            int goneCount = 0;
            int thereCount = 0;
            var added = new ArrayList<long[]>();
            var prefixes = new Prefixes(before.prefixes());
            for (Change change : last.values()) {
                if (change.type() == null) {
                    gone[goneCount++] = change.id();
                    continue;
                }
                there[thereCount++] = change.id();
                hash.hash(change.tenant(), change.type(), change.value(), keys, 0);
                if (!before.contains(keys[0], keys[1], change.id())) {
                    added.add(new long[] {keys[0], keys[1], change.id()});
                    prefixes.add(change.tenant(), change.type(), change.value());
                }
            }
            LongSet removed =
                    before.removed().minus(LongSet.of(there, thereCount)).plus(gone, goneCount);
            current = new Generation(
                    before.base(), before.frozen(), before.middle(), before.recent(), removed, prefixes.all());
            add(added);
        } finally {
            writing.unlock();
        }
    }

    private void add(List<long[]> added) {
        Generation now = current;
        if (added.isEmpty()) {
            return;
        }
        boolean small = now.recent().size() + added.size() <= sizes.recent();
        Segment target = small
                ? copy(now.recent(), LongSet.EMPTY, Segment.EMPTY, added)
                : copy(now.middle(), now.removed(), now.recent(), added);
        current = new Generation(
                now.base(),
                now.frozen(),
                small ? now.middle() : target,
                small ? target : Segment.EMPTY,
                now.removed(),
                now.prefixes());
    }

    private static Segment copy(Segment one, LongSet without, Segment other, List<long[]> added) {
        Segment built = Segment.forEntries(one.size() + other.size() + added.size());
        pour(one, without, built);
        pour(other, without, built);
        added.forEach(entry -> built.put(entry[0], entry[1], entry[2]));
        return built;
    }

    /// The entries of both.
    static Segment together(Segment one, Segment other) {
        return copy(one, LongSet.EMPTY, other, List.of());
    }

    private static void pour(Segment from, LongSet without, Segment to) {
        for (int slot = 0; slot < from.ids.length; slot++) {
            if (from.isTaken(slot) && !without.contains(from.ids[slot])) {
                to.put(from.keys[2 * slot], from.keys[2 * slot + 1], from.ids[slot]);
            }
        }
    }

    /// Merges the next segment where there is something to merge.
    ///
    /// @return whether there is more to do at once
    public boolean merge() {
        writing.lock();
        try {
            if (merged < 0 && !begin()) {
                return false;
            }
            mergeNext();
            if (merged == current.base().length) {
                end();
            }
            return true;
        } finally {
            writing.unlock();
        }
    }

    /// Whether no merge is half done.
    boolean isSettled() {
        return merged < 0;
    }

    private boolean begin() {
        Generation now = current;
        long much = Math.clamp(now.entries() / 16, sizes.middle(), Math.max(sizes.middle(), sizes.many()));
        if (now.middle().size() < much && now.removed().size() < much) {
            return false;
        }
        Segment frozen = copy(now.middle(), now.removed(), now.recent(), List.of());
        Segment[] base = now.base().clone();
        while ((now.entries() + base.length - 1) / base.length > sizes.many()) {
            Segment[] wider = new Segment[base.length * 2];
            for (int i = 0; i < wider.length; i++) {
                wider[i] = base[i / 2]; // both halves, until each is merged on its own
            }
            base = wider;
        }
        removedBefore = now.removed();
        merged = 0;
        current = new Generation(base, frozen, Segment.EMPTY, Segment.EMPTY, now.removed(), now.prefixes());
        return true;
    }

    private void mergeNext() {
        Generation now = current;
        Segment[] base = now.base().clone();
        int of = base.length;
        int entries = count(base[merged], of, now.removed()) + count(now.frozen(), of, now.removed());
        Segment built = Segment.forEntries(entries);
        pourPart(base[merged], of, now.removed(), built);
        pourPart(now.frozen(), of, now.removed(), built);
        base[merged] = built;
        merged++;
        current = new Generation(base, now.frozen(), now.middle(), now.recent(), now.removed(), now.prefixes());
    }

    private int count(Segment from, int of, LongSet without) {
        int count = 0;
        for (int slot = 0; slot < from.ids.length; slot++) {
            count += isPart(from, slot, of, without) ? 1 : 0;
        }
        return count;
    }

    private void pourPart(Segment from, int of, LongSet without, Segment to) {
        for (int slot = 0; slot < from.ids.length; slot++) {
            if (isPart(from, slot, of, without)) {
                to.put(from.keys[2 * slot], from.keys[2 * slot + 1], from.ids[slot]);
            }
        }
    }

    private boolean isPart(Segment from, int slot, int of, LongSet without) {
        return from.isTaken(slot)
                && Generation.directory(from.keys[2 * slot], of) == merged
                && !without.contains(from.ids[slot]);
    }

    /// Ids that were gone when it began, and still are, are nowhere any more.
    private void end() {
        Generation now = current;
        current = new Generation(
                now.base(),
                Segment.EMPTY,
                now.middle(),
                now.recent(),
                now.removed().minus(removedBefore),
                now.prefixes());
        removedBefore = LongSet.EMPTY;
        merged = -1;
    }
}

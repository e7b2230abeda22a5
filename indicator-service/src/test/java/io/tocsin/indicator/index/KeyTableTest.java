package io.tocsin.indicator.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tocsin.feed.Place;
import io.tocsin.indicator.IndicatorType;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Held against a plain map under millions of random changes and look-ups: `make prove-index`. Small tables, so that
/// every kind of merge and division happens often.
class KeyTableTest {

    private static final int STEPS = Integer.getInteger("tocsin.prove.index", 400_000);
    private static final long SEED = Long.getLong("tocsin.prove.seed", 20261129L);
    private static final KeyTable.Sizes SMALL = new KeyTable.Sizes(64, 600, 3_000);
    private static final int TENANTS = 3;

    record Key(UUID tenant, IndicatorType type, String value) {}

    @TempDir
    Path folder;

    @Test
    void shouldFindExactlyWhatAMapFindsWhateverIsChanged() throws IOException {
        var random = new Random(SEED);
        var tenants = new ArrayList<UUID>();
        for (int i = 0; i < TENANTS; i++) {
            tenants.add(new UUID(random.nextLong(), random.nextLong()));
        }
        var table = new KeyTable(KeyHash.random(), Generation.empty(), SMALL);
        Map<Long, Key> rows = new HashMap<>();
        Map<Key, Set<Long>> byKey = new HashMap<>();
        List<Long> ids = new ArrayList<>();
        long next = 1;
        int lookups = 0;
        for (int step = 0; step < STEPS; ) {
            int batch = 1 + random.nextInt(random.nextInt(50) == 0 ? 2_000 : 20);
            var changes = new ArrayList<KeyTable.Change>();
            boolean shrinks = (step / 50_000) % 4 == 3;
            for (int i = 0; i < batch; i++, step++) {
                boolean removes = !ids.isEmpty() && random.nextInt(100) < (shrinks ? 70 : 35);
                if (removes) {
                    int at = random.nextInt(ids.size());
                    long id = ids.get(at);
                    ids.set(at, ids.getLast());
                    ids.removeLast();
                    Key key = rows.remove(id);
                    byKey.get(key).remove(id);
                    changes.add(KeyTable.Change.removed(key.tenant(), id));
                } else if (!ids.isEmpty() && random.nextInt(10) == 0) { // an update: it is there already
                    long id = ids.get(random.nextInt(ids.size()));
                    changes.add(change(id, rows.get(id)));
                } else {
                    long id = next++;
                    Key key = key(random, tenants);
                    rows.put(id, key);
                    byKey.computeIfAbsent(key, unused -> new TreeSet<>()).add(id);
                    ids.add(id);
                    changes.add(change(id, key));
                }
            }
            table.apply(changes);
            for (int i = random.nextInt(4); i > 0; i--) {
                table.merge();
            }
            if (random.nextInt(2_000) == 0) {
                Path file = folder.resolve("snapshot");
                new Snapshot(table, "a label", new Place(step, 2, 3)).write(file);
                Snapshot read = Snapshot.read(file).orElseThrow();
                assertThat(read.place()).isEqualTo(new Place(step, 2, 3));
                assertThat(read.label()).isEqualTo("a label");
                table = new KeyTable(read.table().hash(), read.table().generation(), SMALL);
            }
            lookups += compare(table, random, tenants, byKey);
        }
        System.out.printf(
                "index: %,d changes and %,d look-ups agree, %,d indicators in %d segments at the end%n",
                STEPS, lookups, rows.size(), table.generation().base().length);
        assertThat(table.generation().base().length).isGreaterThan(STEPS >= 400_000 ? 8 : 1);
        for (Key key : byKey.keySet()) {
            assertThat(found(table, key)).isEqualTo(byKey.get(key));
        }
    }

    private static int compare(KeyTable table, Random random, List<UUID> tenants, Map<Key, Set<Long>> expected) {
        int count = 1 + random.nextInt(100);
        var keys = new ArrayList<Key>();
        long[] hashes = new long[2 * count];
        for (int i = 0; i < count; i++) {
            Key key = key(random, tenants);
            keys.add(key);
            table.hash().hash(key.tenant(), key.type(), key.value(), hashes, 2 * i);
        }
        var hits = new Hits();
        table.find(hashes, count, hits);
        var found = new ArrayList<Set<Long>>();
        keys.forEach(unused -> found.add(new TreeSet<>()));
        for (int i = 0; i < hits.size(); i++) {
            found.get(hits.asked(i)).add(hits.id(i));
        }
        for (int i = 0; i < count; i++) {
            Set<Long> wanted = expected.getOrDefault(keys.get(i), Set.of());
            assertThat(found.get(i)).as("%s", keys.get(i)).isEqualTo(wanted);
            assertThat(found(table, keys.get(i))).isEqualTo(wanted);
        }
        return 2 * count;
    }

    private static Set<Long> found(KeyTable table, Key key) {
        long[] hash = new long[2];
        table.hash().hash(key.tenant(), key.type(), key.value(), hash, 0);
        var hits = new Hits();
        table.find(hash[0], hash[1], hits);
        var found = new TreeSet<Long>();
        for (int i = 0; i < hits.size(); i++) {
            found.add(hits.id(i));
        }
        return found;
    }

    private static Key key(Random random, List<UUID> tenants) {
        IndicatorType type = IndicatorType.values()[random.nextInt(IndicatorType.values().length)];
        String value = Integer.toString(random.nextInt(4_000), 36);
        return new Key(
                tenants.get(random.nextInt(tenants.size())),
                type,
                random.nextBoolean() ? value : "a-longer-name-of-the-same." + value + ".example");
    }

    private static KeyTable.Change change(long id, Key key) {
        return new KeyTable.Change(key.tenant(), id, key.type(), key.value());
    }

    @Test
    void shouldFindWhatStaysAtEveryMomentWhileItIsMergedAndDivided() throws InterruptedException {
        // Given
        UUID tenant = UUID.randomUUID();
        var table = new KeyTable(KeyHash.random(), Generation.empty(), SMALL);
        var staying = new ArrayList<KeyTable.Change>();
        for (int i = 1; i <= 500; i++) {
            staying.add(new KeyTable.Change(tenant, i, IndicatorType.DomainName, "stays" + i + ".example"));
        }
        table.apply(staying);
        var stop = new AtomicBoolean();
        var missed = new AtomicReference<String>();

        // When
        Thread reader = Thread.ofPlatform().start(() -> {
            while (!stop.get() && missed.get() == null) {
                staying.stream()
                        .filter(it -> !found(table, new Key(tenant, it.type(), it.value()))
                                .contains(it.id()))
                        .findAny()
                        .ifPresent(it -> missed.set(it.value()));
            }
        });
        for (int i = 0; i < 400; i++) {
            var changes = new ArrayList<KeyTable.Change>();
            for (int j = 0; j < 100; j++) {
                long id = 1_000 + i * 100L + j;
                changes.add(new KeyTable.Change(tenant, id, IndicatorType.DomainName, "passes" + id + ".example"));
                changes.add(KeyTable.Change.removed(tenant, id - 3_000 > 1_000 ? id - 3_000 : 900));
            }
            table.apply(changes);
            table.merge();
        }
        stop.set(true);
        reader.join();

        // Then
        assertThat(missed.get()).isNull();
    }

    @Test
    void shouldRefuseASnapshotThatWasCutOffOrChanged() throws IOException {
        // Given
        var builder = new TableBuilder(KeyHash.random(), 1_000);
        for (int i = 1; i <= 1_000; i++) {
            builder.add(new UUID(1, 2), i, IndicatorType.IpAddress, "203.0.113.0/" + (8 + i % 24));
        }
        KeyTable table = builder.build();
        Path file = folder.resolve("snapshot");
        new Snapshot(table, "", new Place(1, 2, 3)).write(file);
        byte[] whole = Files.readAllBytes(file);
        assertThat(Snapshot.read(file).orElseThrow().table().prefixes(new UUID(1, 2)))
                .isEqualTo(table.prefixes(new UUID(1, 2)));

        // Then
        Files.write(file, Arrays.copyOf(whole, whole.length - 9));
        assertThatThrownBy(() -> Snapshot.read(file)).isInstanceOf(IOException.class);
        Files.write(file, whole);
        try (var changed = new RandomAccessFile(file.toFile(), "rw")) {
            changed.seek(whole.length / 2);
            int octet = changed.read();
            changed.seek(whole.length / 2);
            changed.write(octet ^ 1);
        }
        assertThatThrownBy(() -> Snapshot.read(file)).isInstanceOf(IOException.class);
        whole[8] ^= 1; // the version
        Files.write(file, whole);
        assertThat(Snapshot.read(file)).isEmpty();
        assertThat(Snapshot.read(folder.resolve("none"))).isEmpty();
    }

    /// The number that says how long something is can be the one that is wrong, anywhere: no attempt may end in
    /// anything
    /// but a refusal, nor in one that takes the memory a wrong number asks for, nor in none.
    @Test
    @Timeout(120)
    void shouldRefuseASnapshotWhoseNumbersAreWrongWhereverThatIs() throws IOException {
        // Given
        var table = new KeyTable(KeyHash.random(), Generation.empty(), new KeyTable.Sizes(64, 600, 100));
        for (int i = 1; i <= 1_000; i++) {
            table.apply(
                    List.of(new KeyTable.Change(new UUID(1, 2), i, IndicatorType.DomainName, "d" + i + ".example")));
            table.apply(i % 9 == 0 ? List.of(KeyTable.Change.removed(new UUID(1, 2), i)) : List.of());
        }
        while (table.generation().frozen().size() == 0 && table.merge()) {
            // until one is half done, so that reading has something to put together
        }
        Path file = folder.resolve("snapshot");
        new Snapshot(table, "a label", new Place(1, 2, 3)).write(file);
        byte[] whole = Files.readAllBytes(file);
        assertThat(Snapshot.read(file)).isPresent();
        assertThat(table.generation().frozen().size()).isPositive();

        // Then
        var random = new Random(SEED);
        for (int i = 0; i < 3_000; i++) {
            byte[] changed = whole.clone();
            int at = 16 + random.nextInt(changed.length - 16 - Long.BYTES);
            long wrong = random.nextBoolean() ? random.nextInt(100_000_000) : random.nextInt(64);
            ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putLong(at, wrong);
            if (!Arrays.equals(changed, whole)) {
                Files.write(file, changed);
                assertThatThrownBy(() -> Snapshot.read(file)).isInstanceOf(IOException.class);
            }
        }
        for (int at = 16;
                at + Long.BYTES < whole.length;
                at += Long.BYTES) { // each number a little less, as if nothing were
            byte[] changed = whole.clone();
            changed[at] ^= 7;
            Files.write(file, changed);
            assertThatThrownBy(() -> Snapshot.read(file)).isInstanceOf(IOException.class);
        }
    }

    /// Of every size, also those without much room: each entry is found, and what is not there ends the look-up.
    @Test
    void shouldFindAllOfASegmentHoweverFullItIs() {
        var random = new Random(SEED);
        for (int size = 0; size < 300; size++) {
            var segment = Segment.forEntries(size);
            long[] entries = random.longs(2L * size).toArray();
            for (int i = 0; i < size; i++) {
                segment.put(entries[2 * i], entries[2 * i + 1], i);
            }
            var hits = new Hits();
            for (int i = 0; i < size; i++) {
                hits.clear();
                segment.find(entries[2 * i], entries[2 * i + 1], i, hits);
                assertThat(hits.size()).isEqualTo(1);
                assertThat(hits.id(0)).isEqualTo(i);
                segment.find(random.nextLong(), random.nextLong(), i, hits);
                assertThat(hits.size()).isEqualTo(1);
            }
        }
    }

    @Test
    void shouldReadOneWordNearlyAlwaysWhenThereIsNothing() {
        // Given
        var random = new Random(SEED);
        var segment = Segment.forEntries(Segment.MANY);
        for (int i = 0; i < Segment.MANY; i++) {
            segment.put(random.nextLong(), random.nextLong(), i);
        }

        // When
        int goOn = 0;
        for (int i = 0; i < 100_000; i++) {
            goOn += Segment.goesOn(segment.word(segment.start(random.nextLong())), random.nextLong()) ? 1 : 0;
        }

        // Then
        assertThat(goOn).isBetween(2_000, 14_000);
    }

    @Test
    void shouldTakeNoArrayLargerThanASerialCollectorLikes() {
        assertThat(Segment.forEntries(Segment.MANY).keys.length * 8L).isLessThan(8L << 20);
    }
}

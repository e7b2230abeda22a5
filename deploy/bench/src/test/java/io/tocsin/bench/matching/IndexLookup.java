package io.tocsin.bench.matching;

import io.tocsin.indicator.index.Hits;
import io.tocsin.indicator.index.KeyHash;
import io.tocsin.indicator.index.KeyTable;
import io.tocsin.indicator.index.TableBuilder;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// The index of indicator-service, on one core.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx6g", "-XX:+UseSerialGC"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class IndexLookup {

    private static final int BATCH = 1_024;

    @Param({"15000", "1000000", "10000000"})
    int indicators;

    private KeyTable table;
    private String[] values;
    private long[] keys;
    private final long[] key = new long[2];
    private final Hits hits = new Hits();
    private int at;

    @Setup
    public void fill() {
        long began = System.nanoTime();
        var builder = new TableBuilder(KeyHash.random(), indicators);
        for (int i = 0; i < indicators; i++) {
            builder.add(Asked.TENANT, i + 1, Asked.TYPE, Asked.indicator(i));
        }
        table = builder.build();
        System.out.printf(
                "%nindex of %,d: %.1f bytes each, %,d MB, built in %,d ms%n",
                indicators,
                (double) table.bytes() / indicators,
                table.bytes() / 1_000_000,
                (System.nanoTime() - began) / 1_000_000);
        values = Asked.values(indicators);
        keys = new long[2 * Asked.COUNT];
        for (int i = 0; i < Asked.COUNT; i++) {
            table.hash().hash(Asked.TENANT, Asked.TYPE, values[i], keys, 2 * i);
        }
    }

    @Benchmark
    public int singly() {
        at = (at + 1) & (Asked.COUNT - 1);
        hits.clear();
        table.find(keys[2 * at], keys[2 * at + 1], hits);
        return hits.size();
    }

    /// What one look-up of 1,024 costs.
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public int batched() {
        at = (at + BATCH) & (Asked.COUNT - 1);
        long[] some = Arrays.copyOfRange(keys, 2 * at, 2 * (at + BATCH));
        hits.clear();
        table.find(some, BATCH, hits);
        return hits.size();
    }

    /// With the hashing of the text.
    @Benchmark
    public int ofText() {
        at = (at + 1) & (Asked.COUNT - 1);
        hits.clear();
        table.hash().hash(Asked.TENANT, Asked.TYPE, values[at], key, 0);
        table.find(key[0], key[1], hits);
        return hits.size();
    }
}

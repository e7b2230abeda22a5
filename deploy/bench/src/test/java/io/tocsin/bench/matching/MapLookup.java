package io.tocsin.bench.matching;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/// A `HashMap` from values to ids, on one core. The asked texts know their hash codes by then.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgs = {"-Xmx6g", "-XX:+UseSerialGC"})
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class MapLookup {

    @Param({"15000", "1000000", "10000000"})
    int indicators;

    private final Map<String, Long> map = new HashMap<>();
    private String[] values;
    private int at;

    @Setup
    public void fill() {
        long before = used();
        for (int i = 0; i < indicators; i++) {
            map.put(Asked.indicator(i), i + 1L);
        }
        System.out.printf("%nmap of %,d: %.1f bytes each%n", indicators, (double) (used() - before) / indicators);
        values = Asked.values(indicators);
    }

    private static long used() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Benchmark
    public Long get() {
        at = (at + 1) & (Asked.COUNT - 1);
        return map.get(values[at]);
    }
}

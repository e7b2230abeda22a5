package io.tocsin.bench.matching;

import io.tocsin.indicator.IndicatorType;
import java.util.Random;
import java.util.UUID;

/// The values of all benchmarks: one in a hundred of those that are asked for is an indicator, as a bad day's
/// telemetry
/// has it.
final class Asked {

    static final UUID TENANT = new UUID(0x1234, 0x5678);
    static final IndicatorType TYPE = IndicatorType.FileSha1;

    /// More than the caches hold.
    static final int COUNT = 1 << 20;

    private static final int HIT = 100;

    private Asked() {}

    /// The n-th indicator: a hash, as most are.
    static String indicator(long n) {
        return "%016x%016x%08x".formatted(mixed(n), mixed(n + (1L << 40)), n & 0xffffffffL);
    }

    static String[] values(int indicators) {
        var random = new Random(20261129);
        String[] values = new String[COUNT];
        for (int i = 0; i < COUNT; i++) {
            values[i] = indicator(i % HIT == 0 ? random.nextInt(indicators) : (1L << 50) + i);
        }
        return values;
    }

    private static long mixed(long n) {
        long z = (n + 0x9E3779B97F4A7C15L) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

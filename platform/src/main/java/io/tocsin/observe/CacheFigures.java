package io.tocsin.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.IntSupplier;

/// What a cache of ours is good for.
public final class CacheFigures {

    private final Counter hits;
    private final Counter misses;

    /// @param cache its name: `callers`
    /// @param size how much it holds now
    public CacheFigures(MeterRegistry registry, String cache, IntSupplier size) {
        this.hits = counter(registry, cache, "hit");
        this.misses = counter(registry, cache, "miss");
        Gauge.builder("tocsin.cache.size", size::getAsInt)
                .tag("cache", cache)
                .description("What a cache holds now")
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String cache, String result) {
        return Counter.builder("tocsin.cache.gets")
                .tag("cache", cache)
                .tag("result", result)
                .description("What a cache was asked for, and whether it had it")
                .register(registry);
    }

    /// Counts one asked for.
    public void count(boolean hit) {
        (hit ? hits : misses).increment();
    }
}

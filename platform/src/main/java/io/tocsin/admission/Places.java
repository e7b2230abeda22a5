package io.tocsin.admission;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.RoutingContext;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToDoubleFunction;

/// So many at once, on this replica, of what lasts or costs: streams, imports. Who finds none free is sent away and
/// counted.
public final class Places {

    private final Semaphore free;
    private final Counter refused;

    /// @param kind what takes them, for figures: `alert-streams`
    /// @param limit how many there are, at least 1
    public Places(MeterRegistry registry, String kind, int limit) {
        this.free = new Semaphore(limit);
        this.refused = figures(registry, kind, limit, free, places -> limit - places.availablePermits());
    }

    /// The figures of places that are counted elsewhere.
    ///
    /// @return to be counted up whenever somebody is sent away
    public static <T> Counter figures(
            MeterRegistry registry, String kind, int limit, T places, ToDoubleFunction<T> taken) {
        Gauge.builder("tocsin.places.limit", () -> limit)
                .tag("kind", kind)
                .description("Streams and other long work this replica takes on at once at most")
                .register(registry);
        Gauge.builder("tocsin.places.taken", places, taken)
                .tag("kind", kind)
                .description("Streams and other long work it has taken on now")
                .strongReference(true)
                .register(registry);
        return Counter.builder("tocsin.places.refused")
                .tag("kind", kind)
                .description("Streams and other long work sent away because every place was taken")
                .register(registry);
    }

    /// Takes one until the request ends, also when its client goes away.
    ///
    /// @return whether one was free
    public boolean take(RoutingContext request) {
        if (!take()) {
            return false;
        }
        var ended = new AtomicBoolean();
        request.addEndHandler(end -> {
            if (ended.compareAndSet(false, true)) {
                leave();
            }
        });
        return true;
    }

    /// Takes one until [#leave].
    ///
    /// @return whether one was free
    public boolean take() {
        boolean taken = free.tryAcquire();
        if (!taken) {
            refused.increment();
        }
        return taken;
    }

    /// Gives one back that was taken with [#take()].
    public void leave() {
        free.release();
    }
}

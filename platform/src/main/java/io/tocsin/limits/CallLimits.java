package io.tocsin.limits;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.RequestOwner;
import io.tocsin.wire.RetryLaterException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Lets a call through or refuses it.
@ApplicationScoped
@Startup // its meters are there before the first request is
class CallLimits {

    private static final long IDLE = TimeUnit.HOURS.toNanos(1);
    private static final long SWEEP = TimeUnit.MINUTES.toNanos(1);

    private final LimitTable table;
    private final Leases leases;
    private final MeterRegistry registry;
    private final ConcurrentHashMap<Bucket, CallMeter> meters = new ConcurrentHashMap<>();
    private final AtomicLong swept = new AtomicLong(System.nanoTime());

    CallLimits(LimitTable table, Leases leases, MeterRegistry registry) {
        this.table = table;
        this.leases = leases;
        this.registry = registry;
        registry.gaugeMapSize("tocsin.limits.buckets", Tags.empty(), meters);
    }

    /// Refuses what is known to be refused, without a question.
    ///
    /// @throws RetryLaterException 429 when the owner made all the calls of the route it may make for now
    void check(RequestOwner owner, String route) {
        CallMeter meter = meters.get(new Bucket(owner.tenant(), owner.name(), route));
        if (meter != null) {
            refuse(route, meter.refusedFor());
        }
    }

    /// Takes a call, if need be from the database.
    ///
    /// @throws RetryLaterException 429 when the owner made all the calls of the route it may make for now
    void take(RequestOwner owner, String route) {
        CallLimit limit = table.of(route);
        if (limit.isNone()) {
            return;
        }
        var bucket = new Bucket(owner.tenant(), owner.name(), route);
        CallMeter meter = meters.get(bucket);
        if (meter == null) {
            sweep();
            meter = meters.computeIfAbsent(bucket, it -> new CallMeter(it, limit, leases, System::nanoTime));
        }
        refuse(route, meter.take());
    }

    private void refuse(String route, long nanos) {
        if (nanos <= 0) {
            return;
        }
        Counter.builder("tocsin.limits.refused")
                .description("Calls answered 429, by route")
                .tag("route", route)
                .register(registry)
                .increment();
        long seconds = Math.max(1, Math.ceilDiv(nanos, TimeUnit.SECONDS.toNanos(1)));
        throw new RetryLaterException(
                CommonProblem.TOO_MANY_REQUESTS,
                "API calls quota exceeded, maximum allowed: " + table.of(route).inWords() + ". Try again in " + seconds
                        + " seconds.",
                seconds);
    }

    /// Only callers with a valid token get here, but there may be many over the years.
    private void sweep() {
        long now = System.nanoTime();
        long last = swept.get();
        if (now - last > SWEEP && swept.compareAndSet(last, now)) {
            meters.values().removeIf(meter -> meter.isIdle(now, IDLE));
        }
    }
}

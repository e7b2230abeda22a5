package io.tocsin.limits;

import com.sun.management.ThreadMXBean;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalPropertiesReader;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.tocsin.testkit.TestPostgres;
import io.tocsin.wire.RequestOwner;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// What a call's leave costs, measured: `make bench-limits`. Not a test, and not run with them.
class LimitCost {

    private static final String ROUTE = "GET /api/alerts";
    private static final int WARM_UP = 3_000_000;
    private static final int CALLS = 20_000_000;
    private static final int QUESTIONS = 5_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void measure() throws Exception {
        fromALease();
        atOnce(2);
        whileRefused();
        fromTheDatabase();
    }

    private static void fromALease() {
        CallLimits limits = limits((bucket, limit, wanted) -> new Leases.Answer(Long.MAX_VALUE, 3_600_000, null));
        run("a call taken from a lease", WARM_UP, CALLS, call(limits));
    }

    private static void atOnce(int threads) throws InterruptedException {
        CallLimits limits = limits((bucket, limit, wanted) -> new Leases.Answer(Long.MAX_VALUE, 3_600_000, null));
        Runnable call = call(limits);
        repeat(call, WARM_UP);
        var done = new CountDownLatch(threads);
        long begin = System.nanoTime();
        for (int i = 0; i < threads; i++) {
            Thread.ofPlatform().start(() -> {
                repeat(call, CALLS);
                done.countDown();
            });
        }
        done.await();
        print("the same by " + threads + " threads of one application", System.nanoTime() - begin, CALLS, -1);
    }

    private static void whileRefused() {
        CallLimits limits = limits((bucket, limit, wanted) -> new Leases.Answer(0, 3_600_000, 3_600_000L));
        Runnable call = call(limits);
        run("a call refused (429)", 300_000, 2_000_000, () -> {
            try {
                call.run();
            } catch (RuntimeException refused) {
                // what is measured
            }
        });
    }

    private static void fromTheDatabase() throws SQLException {
        try (TestPostgres postgres = TestPostgres.start();
                AgroalDataSource database = AgroalDataSource.from(new AgroalPropertiesReader()
                        .readProperties(Map.of(
                                "jdbcUrl", postgres.url(),
                                "principal", TestPostgres.login("alert-service"),
                                "credential", TestPostgres.password(),
                                "maxSize", "4"))
                        .get())) {
            var buckets = new BucketRepository(database, "alert-service");
            var leases = new PatientLeases(buckets, new SimpleMeterRegistry());
            var bucket = new Bucket(UUID.randomUUID(), "app", ROUTE);
            var limit = new CallLimit(1_000_000_000L, null);
            run("a lease taken from PostgreSQL", 2_000, QUESTIONS, () -> {
                try {
                    leases.lease(bucket, limit, 10);
                } catch (SQLException failed) {
                    throw new IllegalStateException(failed);
                }
            });
        }
    }

    /// What a request does: both filters, for its owner and route.
    private static Runnable call(CallLimits limits) {
        var owner = new RequestOwner(UUID.randomUUID(), "app", true);
        return () -> {
            limits.check(owner, ROUTE);
            limits.take(owner, ROUTE);
        };
    }

    private static CallLimits limits(Leases leases) {
        record Settings(LimitProfile profile, String eachRoute, Optional<List<String>> overrides)
                implements LimitsConfig {}
        return new CallLimits(
                new LimitTable(new Settings(LimitProfile.DEFAULT, "100000000/min", Optional.empty())),
                leases,
                new SimpleMeterRegistry());
    }

    private static void run(String what, int warmUp, int count, Runnable call) {
        repeat(call, warmUp);
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        long begin = System.nanoTime();
        repeat(call, count);
        long took = System.nanoTime() - begin;
        print(what, took, count, (THREADS.getCurrentThreadAllocatedBytes() - allocated) / count);
    }

    private static void repeat(Runnable call, int count) {
        for (int i = 0; i < count; i++) {
            call.run();
        }
    }

    private static void print(String what, long nanos, long count, long bytes) {
        System.out.printf(
                "%-50s %,10d ns%s%n", what, nanos / count, bytes < 0 ? "" : String.format(", %,d bytes", bytes));
    }
}

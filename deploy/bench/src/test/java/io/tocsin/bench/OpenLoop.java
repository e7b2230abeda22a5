package io.tocsin.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/// Sends requests at a rate, whatever the answers do: every request has its moment, and its latency is counted
/// from there, also when all connections were busy then. So a service that stalls is charged for all it kept
/// waiting.
///
/// Our own rather than Hyperfoil: that brings an agent protocol, a scenario language and 40 jars for what is
/// one loop.
final class OpenLoop {

    private final int port;
    private final int connections;

    OpenLoop(int port, int connections) {
        this.port = port;
        this.connections = connections;
    }

    /// @param latencies in microseconds, from the moment a request should have been sent
    /// @param achieved answers a second, from the first request's moment to the last answer
    record Result(Histogram latencies, ConcurrentHashMap<Integer, LongAdder> statuses, double achieved) {

        double millis(double percentile) {
            return latencies.getValueAtPercentile(percentile) / 1_000.0;
        }

        long of(int status) {
            LongAdder number = statuses.get(status);
            return number == null ? 0 : number.sum();
        }
    }

    /// Hears of each request's moment, in [System#nanoTime].
    @FunctionalInterface
    interface Moments {
        void at(int number, long moment);
    }

    Result run(int rate, int seconds, IntFunction<byte[]> request) throws InterruptedException {
        return run(rate, seconds, request, (number, moment) -> {});
    }

    Result run(int rate, int seconds, IntFunction<byte[]> request, Moments moments) throws InterruptedException {
        int all = rate * seconds;
        var latencies = new ConcurrentHistogram(60_000_000L, 3);
        var statuses = new ConcurrentHashMap<Integer, LongAdder>();
        var next = new AtomicInteger();
        long start = System.nanoTime() + 50_000_000L;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                threads.submit(() -> {
                    try (var connection = new HttpConnection(port)) {
                        for (int number = next.getAndIncrement(); number < all; number = next.getAndIncrement()) {
                            byte[] bytes = request.apply(number);
                            long moment = start + (long) (number * (1_000_000_000.0 / rate));
                            await(moment);
                            moments.at(number, moment);
                            int status = connection.exchange(bytes);
                            latencies.recordValue(Math.max(1, (System.nanoTime() - moment) / 1_000));
                            statuses.computeIfAbsent(status, it -> new LongAdder())
                                    .increment();
                        }
                    } catch (IOException broken) {
                        statuses.computeIfAbsent(0, it -> new LongAdder()).increment();
                        throw new UncheckedIOException(broken);
                    }
                });
            }
        }
        if (statuses.containsKey(0)) {
            throw new IllegalStateException(statuses.get(0) + " of " + connections + " connections broke");
        }
        double took = (System.nanoTime() - start) / 1e9;
        return new Result(latencies, statuses, latencies.getTotalCount() / took);
    }

    private static void await(long moment) {
        for (long left = moment - System.nanoTime(); left > 0; left = moment - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}

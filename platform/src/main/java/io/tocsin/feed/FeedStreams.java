package io.tocsin.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.tocsin.admission.Places;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.RequestOwner;
import io.tocsin.wire.RetryLaterException;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Who waits for news of a feed on this replica: a bounded number, of each application and in all. What they read, they
/// read a few at a time: a change that wakes a thousand readers must not take every connection there is.
@ApplicationScoped
@Startup // its meter is there before the first stream is
public class FeedStreams {

    private static final long SOON = 5;

    private final FeedConfig config;
    private final FeedPulse pulse;
    private final Semaphore reading;
    private final Counter refused;
    private final Map<RequestOwner, Integer> open = new HashMap<>();
    private int all;
    private volatile boolean stopping;

    @Inject
    FeedStreams(
            FeedConfig config,
            FeedPulse pulse,
            MeterRegistry registry,
            @ConfigProperty(name = "quarkus.datasource.jdbc.max-size", defaultValue = "20") int connections) {
        this.config = config;
        this.pulse = pulse;
        this.reading = new Semaphore(Math.max(1, connections / 4), true);
        Gauge.builder("tocsin.feeds.streams", this, FeedStreams::count)
                .description("Readers of feeds that wait on this replica")
                .register(registry);
        Gauge.builder("tocsin.feeds.reading", reading, Semaphore::getQueueLength)
                .description("Readers of feeds that have news and wait for their turn to read it")
                .register(registry);
        this.refused = Places.figures(registry, "feed-readers", config.streams(), this, FeedStreams::count);
    }

    /// One reader; what is closed more than once is closed once.
    public final class Stream implements AutoCloseable {

        private final RequestOwner owner;
        private boolean closed;

        private Stream(RequestOwner owner) {
            this.owner = owner;
        }

        /// Whether its client is there and the service goes on.
        synchronized boolean goesOn() {
            return !closed && !stopping;
        }

        /// Also when its client goes away.
        void closeWith(RoutingContext request) {
            request.addEndHandler(ended -> close());
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                leave(owner);
            }
        }
    }

    /// Reads, among few others.
    interface Reading<T> {
        T read();
    }

    /// A place for one more reader.
    ///
    /// @throws RetryLaterException 429 when its application has as many as it may, or the replica
    Stream open(RequestOwner owner) {
        synchronized (open) {
            if (all >= config.streams() || open.getOrDefault(owner, 0) >= config.streamsPerApplication()) {
                refused.increment();
                throw new RetryLaterException(
                        CommonProblem.TOO_MANY_REQUESTS,
                        "Too many streams are open; close one, or read pages without waiting",
                        SOON);
            }
            all++;
            open.merge(owner, 1, Integer::sum);
        }
        return new Stream(owner);
    }

    private void leave(RequestOwner owner) {
        synchronized (open) {
            all--;
            open.computeIfPresent(owner, (unused, count) -> count == 1 ? null : count - 1);
        }
    }

    private int count() {
        synchronized (open) {
            return all;
        }
    }

    <T> T read(Reading<T> reading) {
        this.reading.acquireUninterruptibly();
        try {
            return reading.read();
        } finally {
            this.reading.release();
        }
    }

    boolean isStopping() {
        return stopping;
    }

    /// Before the server stops taking requests: readers end with a hint to come again, and are sent to a replica that
    /// stays.
    void onStopAnnounced(@Observes ShutdownDelayInitiatedEvent stop) {
        stopping = true;
        pulse.wakeAll();
    }
}

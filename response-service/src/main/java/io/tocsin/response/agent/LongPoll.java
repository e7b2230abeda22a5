package io.tocsin.response.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.tocsin.admission.Seat;
import io.tocsin.feed.FeedPulse;
import io.tocsin.response.ResponseProblem;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Looks when there is news until there is something or the wait is over. Between two looks the request is a parked
/// virtual thread that holds no connection, no transaction and no seat.
@ApplicationScoped
@Startup // its meters are there before the first request is
public class LongPoll {

    private static final int LONGEST_WAIT = 60;

    /// Whoever is told to come later comes at a time of his own.
    private static final long SHORTEST_PAUSE = 5;

    private static final long LONGEST_PAUSE = 31;

    /// How soon one that waits notices that nobody is there any more, or that the service stops.
    private static final Duration GLANCE = Duration.ofSeconds(2);

    private final AgentConfig config;
    private final RoutingContext request;
    private final FeedPulse feeds;
    private final WorkPulse work;
    private final Arrivals arrivals;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter told;
    private final Counter nothing;
    private final Counter refused;
    private volatile boolean stopping;

    LongPoll(AgentConfig config, RoutingContext request, FeedPulse feeds, WorkPulse work, MeterRegistry registry) {
        this.config = config;
        this.request = request;
        this.feeds = feeds;
        this.work = work;
        this.arrivals = new Arrivals(config.arrivals(), System.nanoTime());
        this.told = polls("told", registry);
        this.nothing = polls("nothing", registry);
        this.refused = polls("refused", registry);
        Gauge.builder("tocsin.agents.waiting", waiting, AtomicInteger::get)
                .description("Requests and streams of agents that wait for something to happen")
                .register(registry);
    }

    private static Counter polls(String outcome, MeterRegistry registry) {
        return Counter.builder("tocsin.agents.polls")
                .description("Requests of agents for news, by whether there was any before their wait was over")
                .tag("outcome", outcome)
                .register(registry);
    }

    /// Waits for news; it may return sooner.
    @FunctionalInterface
    interface News {

        /// @return whether it is worth a look
        boolean await(Duration patience) throws InterruptedException;
    }

    /// A place among those that wait.
    ///
    /// @throws RetryLaterException 429 when as many wait as may, or more come at once than may
    Place enter() {
        long seconds = waiting.get() >= config.mostWaiting()
                ? ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE, LONGEST_PAUSE)
                : arrivals.secondsToWait(System.nanoTime());
        if (seconds > 0) {
            refused.increment();
            throw new RetryLaterException(
                    ResponseProblem.TOO_MANY_AGENTS, ResponseProblem.TOO_MANY_AGENTS.title(), seconds);
        }
        waiting.incrementAndGet();
        return new Place();
    }

    /// Closing it gives it back.
    final class Place implements AutoCloseable {

        private boolean closed;

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                waiting.decrementAndGet();
            }
        }
    }

    /// @param wait seconds as the caller wrote them, 0 to 60
    /// @throws ProblemException `InvalidInput` for another wait
    /// @throws RetryLaterException 429 as [#enter] says
    public <T> T await(String wait, Supplier<T> look, Predicate<T> enough, News news) {
        Instant end = Instant.now().plusSeconds(seconds(wait));
        boolean late = stopping;
        T found;
        try (Place _ = enter()) {
            found = look.get();
            boolean waited = false;
            while (!enough.test(found) && !stopping && Instant.now().isBefore(end)) {
                waited = true;
                boolean worthIt = Seat.of(request).away(() -> awaited(news, end));
                if (request.response().closed()) {
                    break; // nobody is there to be told: what there is goes to whoever asks next
                }
                if (worthIt) {
                    found = look.get();
                }
            }
            if (waited && enough.test(found) && !stopping) {
                askAgainAfter(arrivals.secondsToReturn(System.nanoTime()));
            }
        }
        if (stopping && Instant.now().isBefore(end)) {
            // Ask again at once: another replica is there. Who came to this one while it stops has no other.
            long pause = late ? ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE, LONGEST_PAUSE) : 0;
            request.response().putHeader("Retry-After", Long.toString(pause));
        }
        (enough.test(found) ? told : nothing).increment();
        return found;
    }

    private void askAgainAfter(long seconds) {
        if (seconds > 0) {
            request.response().putHeader("Retry-After", Long.toString(seconds));
        }
    }

    private boolean awaited(News news, Instant end) {
        try {
            while (!stopping && !request.response().closed()) {
                Duration left = Duration.between(Instant.now(), end);
                if (!left.isPositive()) {
                    return false;
                }
                if (news.await(left.compareTo(GLANCE) < 0 ? left : GLANCE)) {
                    return true;
                }
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return false;
    }

    /// @param wait as the caller wrote it
    /// @throws ProblemException `InvalidInput` when it is not 0 to 60
    static int seconds(String wait) {
        try {
            int seconds = Integer.parseInt(wait.strip());
            if (seconds >= 0 && seconds <= LONGEST_WAIT) {
                return seconds;
            }
        } catch (NumberFormatException notANumber) {
            // refused below
        }
        throw new ProblemException(CommonProblem.INVALID_INPUT, "wait is not between 0 and " + LONGEST_WAIT);
    }

    boolean isStopping() {
        return stopping;
    }

    /// Before the server stops taking requests: the agents ask again at once, and are sent to a replica that stays.
    void onStopAnnounced(@Observes ShutdownDelayInitiatedEvent stop) {
        stopping = true;
        feeds.wakeAll();
        work.endStreams();
    }
}

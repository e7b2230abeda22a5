package io.tocsin.response.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.Startup;
import io.tocsin.admission.Seat;
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

/// Looks again and again until there is something or the wait is over. Between two looks the request is a parked
/// virtual
/// thread that holds no connection, no transaction and no seat.
@ApplicationScoped
@Startup // its meters are there before the first request is
public class LongPoll {

    private static final int LONGEST_WAIT = 60;

    /// Whoever is told to come later comes at a time of his own.
    private static final long SHORTEST_PAUSE = 5;

    private static final long LONGEST_PAUSE = 31;

    private final AgentConfig config;
    private final RoutingContext request;
    private final AtomicInteger waiting = new AtomicInteger();
    private final Counter told;
    private final Counter nothing;
    private volatile boolean stopping;

    LongPoll(AgentConfig config, RoutingContext request, MeterRegistry registry) {
        this.config = config;
        this.request = request;
        this.told = polls("told", registry);
        this.nothing = polls("nothing", registry);
        Gauge.builder("tocsin.agents.waiting", waiting, AtomicInteger::get)
                .description("Requests of agents that wait for something to happen")
                .register(registry);
    }

    private static Counter polls(String outcome, MeterRegistry registry) {
        return Counter.builder("tocsin.agents.polls")
                .description("Requests of agents for news, by whether there was any before their wait was over")
                .tag("outcome", outcome)
                .register(registry);
    }

    /// @param wait seconds as the caller wrote them, 0 to 60
    /// @throws ProblemException `InvalidInput` for another wait
    public <T> T await(String wait, Supplier<T> look, Predicate<T> enough) {
        Instant end = Instant.now().plusSeconds(seconds(wait));
        if (waiting.get() >= config.mostWaiting()) {
            throw new RetryLaterException(
                    ResponseProblem.TOO_MANY_AGENTS,
                    ResponseProblem.TOO_MANY_AGENTS.title(),
                    ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE, LONGEST_PAUSE));
        }
        T found = look.get();
        waiting.incrementAndGet();
        try {
            while (!enough.test(found) && !stopping && Instant.now().isBefore(end)) {
                Seat.of(request).away(() -> pause(config.look()));
                if (request.response().closed()) {
                    break; // nobody is there to be told: what there is goes to whoever asks next
                }
                found = look.get();
            }
        } finally {
            waiting.decrementAndGet();
        }
        if (stopping && Instant.now().isBefore(end)) {
            request.response().putHeader("Retry-After", "0"); // ask again at once: another replica is there
        }
        (enough.test(found) ? told : nothing).increment();
        return found;
    }

    private static int seconds(String wait) {
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

    private static Void pause(Duration look) {
        try {
            Thread.sleep(look);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    /// Before the server stops taking requests: the agents ask again at once, and are sent to a replica that stays.
    void onStopAnnounced(@Observes ShutdownDelayInitiatedEvent stop) {
        stopping = true;
    }
}

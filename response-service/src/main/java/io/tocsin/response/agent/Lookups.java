package io.tocsin.response.agent;

import io.quarkus.oidc.client.OidcClientException;
import io.tocsin.admission.Seat;
import io.tocsin.response.client.indicator.LookedUp;
import io.tocsin.response.client.indicator.Lookup;
import io.tocsin.response.client.indicator.LookupClient;
import io.tocsin.response.indicatorfeed.IndicatorPages;
import io.tocsin.response.indicatorfeed.Recipient;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ProcessingException;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/// Indicators for devices that have no room for all: a filter that says which values may have one, made by
/// indicator-service and shared for a minute by all it is for, and what decides over the few it says so of.
@ApplicationScoped
public class Lookups {

    private static final long SHARED_NANOS = Duration.ofMinutes(1).toNanos();
    private static final long MOST_BYTES = 64L * 1024 * 1024;
    private static final long SHORTEST_PAUSE = 2;
    private static final long LONGEST_PAUSE = 11;

    /// @param cursor behind which what changed since is told by `GET /agent/v1/indicators`
    record Filter(String cursor, byte[] bytes, long made) {}

    private record For(UUID tenant, Recipient recipient) {}

    private static final class Shelf {
        private final ReentrantLock making = new ReentrantLock();
        private volatile Filter filter;
        private Long failed;
    }

    private final LookupClient indicators;
    private final IndicatorPages pages;
    private final RoutingContext request;
    private final Map<For, Shelf> shelves = new ConcurrentHashMap<>();

    Lookups(@RestClient LookupClient indicators, IndicatorPages pages, RoutingContext request) {
        this.indicators = indicators;
        this.pages = pages;
        this.request = request;
    }

    /// @throws RetryLaterException 503 when indicator-service does not make one now
    Filter filter(Device device) {
        var key = new For(device.tenant(), device.recipient());
        Shelf shelf = shelves.computeIfAbsent(key, unused -> new Shelf());
        Filter known = shelf.filter;
        if (isFresh(known)) {
            return known;
        }
        String cursor = pages.present().toString(); // before: what changes meanwhile is told again
        long arrived = System.nanoTime();
        return asked(() -> {
            shelf.making.lock();
            try {
                if (shelf.failed != null && shelf.failed - arrived > 0) {
                    throw later(); // refused to all that waited, or each would wait for a refusal of his own in turn
                }
                if (!isFresh(shelf.filter)) {
                    shelf.filter = made(key, cursor);
                }
                return shelf.filter;
            } catch (WebApplicationException | ProcessingException | OidcClientException failure) {
                shelf.failed = System.nanoTime();
                throw failure;
            } finally {
                shelf.making.unlock();
            }
        });
    }

    private Filter made(For key, String cursor) {
        byte[] made = indicators.filter(key.tenant(), group(key.recipient()), system(key.recipient()));
        makeRoom(made.length, key);
        return new Filter(cursor, made, System.nanoTime());
    }

    private static boolean isFresh(Filter filter) {
        return filter != null && System.nanoTime() - filter.made() < SHARED_NANOS;
    }

    /// Forgets those of others where all together are too large.
    private void makeRoom(long bytes, For key) {
        long kept = bytes;
        for (Shelf shelf : shelves.values()) {
            Filter filter = shelf.filter;
            kept += filter == null ? 0 : filter.bytes().length;
        }
        if (kept > MOST_BYTES) {
            shelves.keySet().removeIf(other -> !other.equals(key));
        }
    }

    private static String group(Recipient recipient) {
        return recipient.groupId() == 0 ? null : Long.toString(recipient.groupId());
    }

    private static String system(Recipient recipient) {
        return recipient.everything() ? null : "linux";
    }

    /// @throws ProblemException 400 for what is no type
    /// @throws RetryLaterException 503 when indicator-service does not answer now
    LookedUp match(Device device, MatchRequest asked) {
        return asked(() -> indicators.match(
                device.tenant(),
                new Lookup(asked.values().stream()
                        .map(it -> new Lookup.Value(it.type(), it.value(), device.machineId()))
                        .toList())));
    }

    /// Holds no seat while it waits.
    private <T> T asked(Supplier<T> question) {
        try {
            return Seat.of(request).away(question::get);
        } catch (WebApplicationException answered) {
            if (answered.getResponse().getStatus() == 400) {
                throw new ProblemException(
                        CommonProblem.INVALID_INPUT, "A value is of a type there is not, or holds too much");
            }
            throw later();
        } catch (ProcessingException | OidcClientException unreachable) { // indicator-service, or who gives us tokens
            throw later();
        }
    }

    /// Whoever is told to come later comes at a time of his own.
    private static RetryLaterException later() {
        return new RetryLaterException(
                CommonProblem.SERVICE_UNAVAILABLE,
                CommonProblem.SERVICE_UNAVAILABLE.title(),
                ThreadLocalRandom.current().nextLong(SHORTEST_PAUSE, LONGEST_PAUSE));
    }
}

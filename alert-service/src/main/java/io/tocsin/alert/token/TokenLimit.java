package io.tocsin.alert.token;

import jakarta.enterprise.context.ApplicationScoped;
import java.util.LinkedHashMap;
import java.util.Map;

/// Bounds how often a client at an address, and an address as a whole, may ask for a token within one minute. Every
/// replica counts for itself and for the most recent 10,000 names only: this slows guessing down and shields the
/// issuer, it is no quota.
@ApplicationScoped
class TokenLimit {

    private static final int MOST_NAMES = 10_000;
    private static final long MINUTE = 60_000;

    private final TokenConfig config;
    private final Map<String, Integer> counts = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > MOST_NAMES;
        }
    };
    private long minute;

    TokenLimit(TokenConfig config) {
        this.config = config;
    }

    /// Counts the request, or refuses it.
    void admit(String clientId, String address) throws TokenRefusal {
        long now = System.currentTimeMillis() / MINUTE;
        if (!admits(now, address, config.requestsPerAddress())
                || !admits(now, address + ' ' + clientId.hashCode(), config.requestsPerClient())) {
            throw new TokenRefusal(
                    TokenProblem.TOO_MANY_REQUESTS, "Too many token requests; keep the token until it expires.");
        }
    }

    private synchronized boolean admits(long now, String name, int most) {
        if (now != minute) {
            minute = now;
            counts.clear();
        }
        return counts.merge(name, 1, Integer::sum) <= most;
    }

    /// Seconds until requests are taken again.
    static long secondsLeft(long nowMillis) {
        return (MINUTE - nowMillis % MINUTE) / 1_000 + 1;
    }
}

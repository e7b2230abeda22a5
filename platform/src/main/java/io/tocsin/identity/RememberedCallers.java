package io.tocsin.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/// What was made of tokens that were verified a moment ago, by a digest of all that decided it, so that no token is
/// kept. Bounded: whatever has not been asked for since the last [#MOST] new ones may be gone.
final class RememberedCallers<T> {

    static final int MOST = 4_096;

    private record Entry<T>(T made, Instant until) {}

    private final Duration longest;
    private final InstantSource clock;
    private final Function<T, Instant> end;
    private volatile Map<String, Entry<T>> recent = new ConcurrentHashMap<>();
    private volatile Map<String, Entry<T>> before = Map.of();

    /// @param longest after which a token is verified again
    /// @param end when what was made of a token ends by itself; null when it must not be remembered
    RememberedCallers(Duration longest, InstantSource clock, Function<T, Instant> end) {
        this.longest = longest;
        this.clock = clock;
        this.end = end;
    }

    /// How many are kept now, also some that are over.
    int size() {
        return recent.size() + before.size();
    }

    /// What was made of it, or null when that is not known or over.
    T of(String key) {
        Entry<T> entry = recent.get(key);
        if (entry == null) {
            entry = before.get(key);
            if (entry != null && clock.instant().isBefore(entry.until())) {
                put(key, entry);
            }
        }
        return entry != null && clock.instant().isBefore(entry.until()) ? entry.made() : null;
    }

    void remember(String key, T made) {
        Instant ends = end.apply(made);
        Instant latest = clock.instant().plus(longest);
        if (ends != null) {
            put(key, new Entry<>(made, ends.isBefore(latest) ? ends : latest));
        }
    }

    private void put(String key, Entry<T> entry) {
        Map<String, Entry<T>> now = recent;
        now.put(key, entry);
        if (now.size() > MOST) {
            turn(now);
        }
    }

    private synchronized void turn(Map<String, Entry<T>> full) {
        if (recent == full) {
            before = full;
            recent = new ConcurrentHashMap<>();
        }
    }

    /// @param parts all that decides, in an order that is always the same; null is a part, too
    static String key(String... parts) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            for (String part : parts) {
                byte[] bytes = part == null ? new byte[0] : part.getBytes(StandardCharsets.UTF_8);
                digest.update((part == null ? "-" : bytes.length + ":").getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
    }
}

package io.tocsin.feed;

import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Wakes readers when there is something behind their place. However many wait, a replica asks once in a while, one
/// statement for each table; while nobody waits, not at all. Who waits is a parked virtual thread that holds nothing.
@ApplicationScoped
public class FeedPulse {

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    private record Key(FeedTable table, UUID tenant) {}

    private static final class Waiting {
        private Place end;
        private int readers;
    }

    private final FeedPlaces places;
    private final FeedConfig config;
    private final Map<Key, Waiting> waiting = new HashMap<>();
    private boolean beating;

    FeedPulse(FeedPlaces places, FeedConfig config) {
        this.places = places;
        this.config = config;
    }

    /// Waits until there is something behind the place, the patience is over or [#wakeAll] is called.
    ///
    /// @return whether there is something
    public synchronized boolean await(FeedTable table, UUID tenant, Place place, Duration patience)
            throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        var key = new Key(table, tenant);
        Waiting mine = waiting.computeIfAbsent(key, unused -> new Waiting());
        mine.readers++;
        try {
            startBeating();
            int calls = wakes;
            while (calls == wakes && (mine.end == null || mine.end.compareTo(place) <= 0)) {
                long left = (end - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return mine.end != null && mine.end.compareTo(place) > 0;
        } finally {
            if (--mine.readers == 0) {
                waiting.remove(key);
            }
        }
    }

    private int wakes;

    /// Ends every wait.
    public synchronized void wakeAll() {
        wakes++;
        notifyAll();
    }

    private void startBeating() {
        if (!beating) {
            beating = true;
            Thread.ofVirtual().name("feed-pulse").start(this::beat);
        }
    }

    private void beat() {
        while (true) {
            Map<FeedTable, Set<UUID>> wanted = wanted();
            if (wanted.isEmpty()) {
                return;
            }
            Duration pause = config.look();
            try {
                wanted.forEach((table, tenants) -> tell(table, places.ends(table, tenants)));
            } catch (RuntimeException failed) {
                Log.debugf("No news of the feeds, asking again: reason=%s", failed.getMessage());
                pause = AFTER_A_FAILURE;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized Map<FeedTable, Set<UUID>> wanted() {
        Map<FeedTable, Set<UUID>> wanted = new HashMap<>();
        waiting.keySet()
                .forEach(key -> wanted.computeIfAbsent(key.table(), unused -> new HashSet<>())
                        .add(key.tenant()));
        beating = !wanted.isEmpty();
        return wanted;
    }

    private synchronized void tell(FeedTable table, Map<UUID, Place> ends) {
        boolean news = false;
        for (var end : ends.entrySet()) {
            Waiting readers = waiting.get(new Key(table, end.getKey()));
            if (readers != null && (readers.end == null || end.getValue().compareTo(readers.end) > 0)) {
                readers.end = end.getValue();
                news = true;
            }
        }
        if (news) {
            notifyAll();
        }
    }
}

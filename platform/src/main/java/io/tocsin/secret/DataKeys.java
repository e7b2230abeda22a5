package io.tocsin.secret;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.observe.CacheFigures;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/// The data keys, made at a tenant's first secret. Unwrapped ones are kept in memory, a bounded number; which
/// one is the newest is asked again every minute, since another replica may have made it.
@ApplicationScoped
class DataKeys {

    private static final int MOST = 4_096;
    private static final long FRESH = Duration.ofMinutes(1).toNanos();

    /// Runs work in a transaction of its own, whatever the caller's becomes: a key that something was sealed
    /// with must be there to stay.
    interface Apart {
        <T> T call(Callable<T> work);
    }

    private record Newest(DataKey key, long until) {}

    private final DataKeyRepository keys;
    private final MasterKeys masters;
    private final Duration renewAfter;
    private final Apart apart;
    private final LongSupplier clock;
    private final CacheFigures figures;
    private final Map<UUID, Newest> newest = bounded();
    private final Map<UUID, DataKey> opened = bounded();

    @Inject
    DataKeys(DataKeyRepository keys, MasterKeys masters, SecretConfig config, MeterRegistry registry) {
        this(
                keys,
                masters,
                config.renewAfter(),
                new Apart() {
                    @Override
                    public <T> T call(Callable<T> work) {
                        return QuarkusTransaction.requiringNew().call(work);
                    }
                },
                System::nanoTime,
                registry);
    }

    DataKeys(
            DataKeyRepository keys,
            MasterKeys masters,
            Duration renewAfter,
            Apart apart,
            LongSupplier clock,
            MeterRegistry registry) {
        this.keys = keys;
        this.masters = masters;
        this.renewAfter = renewAfter;
        this.apart = apart;
        this.clock = clock;
        this.figures = new CacheFigures(registry, "data-keys", opened::size);
    }

    /// The key for what the tenant's secrets are sealed with from now on.
    DataKey current(UUID tenant) {
        Newest known = get(newest, tenant);
        boolean fresh = known != null && clock.getAsLong() - known.until() < 0;
        figures.count(fresh);
        if (fresh) {
            return known.key();
        }
        DataKey key = unwrapped(apart.call(() -> newestOrMade(tenant)));
        put(newest, tenant, new Newest(key, clock.getAsLong() + FRESH));
        return key;
    }

    private WrappedKey newestOrMade(UUID tenant) {
        WrappedKey there = keys.newest(tenant, renewAfter).orElse(null);
        if (there != null && !there.due()) {
            return there;
        }
        int generation = there == null ? 1 : there.generation() + 1;
        WrappedKey made = WrappedKey.of(DataKey.made(tenant, generation), keys.service(), masters.ring());
        return keys.add(made) ? made : keys.newest(tenant, renewAfter).orElseThrow();
    }

    /// The key something was sealed with.
    DataKey find(UUID tenant, UUID id) {
        DataKey known = get(opened, id);
        figures.count(known != null);
        if (known != null && known.tenant().equals(tenant)) {
            return known;
        }
        return unwrapped(keys.find(tenant, id)
                .orElseThrow(() -> masters.unavailable("there is no data key " + id + " of tenant " + tenant
                        + ": it was removed, or the database is older than the secret")));
    }

    /// Whether it is there, wrapped by whatever.
    boolean isKept(UUID tenant, UUID id) {
        return keys.find(tenant, id).isPresent();
    }

    private DataKey unwrapped(WrappedKey wrapped) {
        DataKey known = get(opened, wrapped.id());
        if (known != null) {
            return known;
        }
        byte[] master = masters.ring().key(wrapped.masterKey());
        if (master == null) {
            throw masters.unavailable("master key " + wrapped.masterKey() + " wraps data key " + wrapped.id()
                    + " and is not in the folder");
        }
        try {
            DataKey key = wrapped.unwrapped(keys.service(), master);
            put(opened, key.id(), key);
            return key;
        } catch (WrongMasterKeyException another) {
            throw masters.unavailable(another.getMessage());
        }
    }

    private static <K, V> V get(Map<K, V> map, K key) {
        synchronized (map) {
            return map.get(key);
        }
    }

    private static <K, V> void put(Map<K, V> map, K key, V value) {
        synchronized (map) {
            map.put(key, value);
        }
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST;
            }
        };
    }
}

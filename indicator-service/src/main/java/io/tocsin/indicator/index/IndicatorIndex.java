package io.tocsin.indicator.index;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tocsin.db.SchemaVersion;
import io.tocsin.indicator.IndicatorType;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Status;
import jakarta.transaction.Synchronization;
import jakarta.transaction.TransactionSynchronizationRegistry;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// The index of this replica and the thread that keeps it up. While there is none, whoever asks asks the database.
@ApplicationScoped
public class IndicatorIndex {

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);
    private static final Duration WHEN_TOO_LARGE = Duration.ofMinutes(5);
    private static final String TOUCHED = IndicatorIndex.class.getName();

    private final IndexConfig config;
    private final SchemaVersion schema;
    private final TransactionSynchronizationRegistry transactions;
    private final IndexFollower follower;
    private final boolean wanted;
    private final Counter built;
    private volatile Thread thread;
    private volatile boolean stopping;
    private final long begun = WireTime.now().ticks();
    private boolean ready;
    private long saved = System.nanoTime();
    private long savedChanges = -1;

    IndicatorIndex(
            IndexConfig config,
            DataSource database,
            SchemaVersion schema,
            TransactionSynchronizationRegistry transactions,
            MeterRegistry registry,
            @ConfigProperty(name = "tocsin.jobs.enabled", defaultValue = "true") boolean jobs) {
        this.config = config;
        this.schema = schema;
        this.transactions = transactions;
        this.wanted = config.enabled() && jobs;
        long most = config.megabytes() > 0
                ? config.megabytes() * 1_000_000L
                : Runtime.getRuntime().maxMemory() / 2;
        this.follower = new IndexFollower(database, most);
        this.built = Counter.builder("tocsin.indicators.index.built")
                .description("Times this replica read every indicator to build its index")
                .register(registry);
        Gauge.builder("tocsin.indicators.index.entries", this, it -> it.read(KeyTable::entries))
                .description("Indicators in the index of this replica; 0 while there is none")
                .register(registry);
        Gauge.builder("tocsin.indicators.index.memory", this, it -> it.read(KeyTable::bytes))
                .description("Memory the index of this replica takes")
                .baseUnit("bytes")
                .register(registry);
        Gauge.builder("tocsin.indicators.index.lag", this, IndicatorIndex::lag)
                .description("How long ago the index of this replica last had everything there was")
                .baseUnit("seconds")
                .register(registry);
    }

    /// Present while this replica has one.
    public Optional<KeyTable> table() {
        return Optional.ofNullable(follower.table());
    }

    /// A value by its type.
    public record Named(IndicatorType type, String value) {}

    /// Which of these values may have an indicator, by their positions; all of them while this replica has no index. Of
    /// another nobody has told this replica.
    public BitSet mayHold(UUID tenant, List<Named> values) {
        var may = new BitSet(values.size());
        KeyTable table = follower.table();
        if (table == null) {
            may.set(0, values.size());
            return may;
        }
        long[] keys = new long[2 * values.size()];
        for (int i = 0; i < values.size(); i++) {
            table.hash().hash(tenant, values.get(i).type(), values.get(i).value(), keys, 2 * i);
        }
        var hits = new Hits();
        table.find(keys, values.size(), hits);
        for (int i = 0; i < hits.size(); i++) {
            may.set(hits.asked(i));
        }
        return may;
    }

    /// To be called in a transaction: what it changes is in the index as soon as it is committed.
    public void willChange(List<KeyTable.Change> changes) {
        if (!follower.isLoaded() || changes.isEmpty()) {
            return;
        }
        @SuppressWarnings("unchecked")
        var known = (List<KeyTable.Change>) transactions.getResource(TOUCHED);
        if (known != null) {
            known.addAll(changes);
            return;
        }
        var all = new ArrayList<>(changes);
        transactions.putResource(TOUCHED, all);
        transactions.registerInterposedSynchronization(new Synchronization() {
            @Override
            public void beforeCompletion() {
                // nothing is known before the commit
            }

            @Override
            public void afterCompletion(int status) {
                if (status == Status.STATUS_COMMITTED) {
                    follower.touch(all);
                }
            }
        });
    }

    /// Indicators that were found in the index and are not there any more.
    public void forget(List<KeyTable.Change> gone) {
        follower.touch(gone);
    }

    private interface Reading {
        long of(KeyTable table);
    }

    private double read(Reading reading) {
        KeyTable table = follower.table();
        return table == null ? 0 : reading.of(table);
    }

    private double lag() {
        long level = follower.level();
        return wanted ? (WireTime.now().ticks() - Math.max(level, begun)) / 1e7 : 0;
    }

    void onStart(@Observes StartupEvent started) {
        if (wanted) {
            thread = Thread.ofPlatform().name("indicator-index").daemon().start(this::keepUp);
        }
    }

    void onStop(@Observes ShutdownEvent stop) throws InterruptedException {
        stopping = true;
        Thread following = thread;
        if (following != null) {
            LockSupport.unpark(following);
            following.join(Duration.ofSeconds(10));
        }
    }

    private void keepUp() {
        while (!stopping) {
            try {
                pause(step());
            } catch (RuntimeException failed) {
                if (!stopping) {
                    Log.warnf("The index of indicators lags: reason=%s", failed.getMessage());
                }
                pause(AFTER_A_FAILURE);
            }
        }
        keep(true);
    }

    /// @return how long there is nothing to do
    private Duration step() {
        if (!ready) {
            ready = schema.isReady();
            return ready ? Duration.ZERO : AFTER_A_FAILURE;
        }
        if (!follower.isLoaded() && !begin()) {
            return WHEN_TOO_LARGE;
        }
        boolean more = follower.follow();
        if (!follower.isLoaded()) {
            Log.errorf("The index of indicators is given up, it is too large: megabytes=%d", config.megabytes());
            return WHEN_TOO_LARGE;
        }
        boolean merging = follower.merge();
        if (!more && !merging) {
            keep(false);
        }
        return more || merging ? Duration.ZERO : config.pause();
    }

    private boolean begin() {
        long start = System.nanoTime();
        boolean restored = restored();
        if (!restored) {
            built.increment();
            if (!follower.load()) {
                Log.errorf("There are too many indicators for an index: megabytes=%d", config.megabytes());
                return false;
            }
        }
        Log.infof(
                "The index of indicators is there: from=%s milliseconds=%d",
                restored ? "snapshot" : "table", (System.nanoTime() - start) / 1_000_000);
        return true;
    }

    private boolean restored() {
        try {
            return config.snapshot().isPresent()
                    && follower.restore(config.snapshot().get());
        } catch (IOException broken) {
            Log.warnf("The snapshot of the index cannot be used: reason=%s", broken.getMessage());
            return false;
        }
    }

    private void keep(boolean now) {
        boolean due = System.nanoTime() - saved > config.snapshotPause().toNanos();
        boolean news = follower.table() != null && savedChanges != follower.changes();
        if (config.snapshot().isEmpty() || !news || !(due || now)) {
            return;
        }
        Path file = config.snapshot().get();
        try {
            follower.save(file);
            savedChanges = follower.changes();
        } catch (IOException failed) {
            Log.warnf("The snapshot of the index could not be written: file=%s reason=%s", file, failed.getMessage());
        }
        saved = System.nanoTime();
    }

    private void pause(Duration pause) {
        if (!stopping && pause.isPositive()) {
            LockSupport.parkNanos(pause.toNanos());
        }
    }
}

package io.tocsin.response.agent;

import io.quarkus.logging.Log;
import io.tocsin.audit.Audit;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.Delivered;
import io.tocsin.response.action.Working;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/// Hands the agents that wait what there is to do, on whichever replica it was made. However many wait, a replica asks
/// once in a while for all of them, and fetches the work of many in one transaction; while nobody waits, not at all.
/// Who waits is a parked virtual thread that holds nothing.
@ApplicationScoped
public class WorkPulse {

    /// The streams of a replica that stops end in so many groups: all at once, their agents came back before
    /// anybody had noticed that it stops. Ten thousand single pauses take longer than they say.
    private static final int GROUPS = 40;

    private static final Duration BETWEEN_GROUPS = Duration.ofMillis(50);

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    /// How many machines of a tenant a transaction serves.
    private static final int AT_ONCE = 200;

    /// How many of these transactions run side by side, so that one that takes long does not keep all others waiting.
    private static final int SIDE_BY_SIDE = 4;

    /// A look that takes long, since thousands of machines that are away have work, is made less often.
    private static final int REST = 4;

    private record Machine(UUID tenant, String id) {}

    private final ActionService actions;
    private final AgentService agents;
    private final AgentConfig config;
    private final Audit audit;
    private final int sideBySide;
    private final Semaphore fetching;
    private final Map<Machine, Queue<Waiter>> waiting = new HashMap<>();
    private boolean beating;

    @Inject
    WorkPulse(
            ActionService actions,
            AgentService agents,
            AgentConfig config,
            Audit audit,
            @ConfigProperty(name = "quarkus.datasource.jdbc.max-size", defaultValue = "20") int connections) {
        this.actions = actions;
        this.agents = agents;
        this.config = config;
        this.audit = audit;
        this.sideBySide = Math.max(1, Math.min(SIDE_BY_SIDE, connections / 2));
        this.fetching = new Semaphore(sideBySide);
    }

    /// An agent that waits, until it is closed. Must be called by the agent's request.
    ///
    /// @param stream whether it waits for more than one answer
    Waiter listen(Device device, boolean stream) {
        var waiter = new Waiter(device, audit.origin(device.machineId()), stream);
        synchronized (this) {
            waiting.computeIfAbsent(waiter.machine(), unused -> new ArrayDeque<>(1))
                    .add(waiter);
            if (!beating) {
                beating = true;
                Thread.ofVirtual().name("work-pulse").start(this::beat);
            }
        }
        return waiter;
    }

    /// Ends the waits of all streams within two seconds. Polls look by themselves as often.
    void endStreams() {
        List<Waiter> streams = streams();
        Thread.ofVirtual().name("end-streams").start(() -> {
            try {
                for (int group = 0; group < GROUPS; group++) {
                    for (int i = group; i < streams.size(); i += GROUPS) {
                        streams.get(i).wake();
                    }
                    Thread.sleep(BETWEEN_GROUPS);
                }
            } catch (InterruptedException stopped) {
                streams.forEach(Waiter::wake);
                Thread.currentThread().interrupt();
            }
        });
    }

    private synchronized List<Waiter> streams() {
        return waiting.values().stream()
                .flatMap(Queue::stream)
                .filter(it -> it.stream)
                .toList();
    }

    /// An agent that waits. What is leased for it, it is given, also when its patience ends meanwhile.
    final class Waiter implements AutoCloseable {

        private final Device device;
        private final Audit.Origin origin;
        private final boolean stream;
        private boolean ready;
        private boolean chosen;
        private boolean woken;
        private boolean revoked;
        private Delivered given;

        private Waiter(Device device, Audit.Origin origin, boolean stream) {
            this.device = device;
            this.origin = origin;
            this.stream = stream;
        }

        private Machine machine() {
            return new Machine(device.tenant(), device.machineId());
        }

        /// @return what there is to do, or null when the patience is over or something else is to be looked at
        synchronized Delivered await(Duration patience) throws InterruptedException {
            long end = System.nanoTime() + patience.toNanos();
            ready = true;
            try {
                while (given == null) {
                    long left = (end - System.nanoTime()) / 1_000_000;
                    if (!chosen && (woken || revoked || left <= 0)) {
                        return null;
                    }
                    wait(chosen ? 0 : left);
                }
                return given;
            } finally {
                ready = false;
                woken = false;
                given = null;
            }
        }

        /// Whether its credential counted when something was last to be given to it.
        synchronized boolean counts() {
            return !revoked;
        }

        /// Ends its wait; one that begins only now, too.
        synchronized void wake() {
            woken = true;
            notifyAll();
        }

        /// What is found for its machine is leased for it; false when it does not wait just now.
        private synchronized boolean choose() {
            if (chosen || !ready || woken || revoked || given != null) {
                return false;
            }
            chosen = true;
            return true;
        }

        private synchronized void give(Delivered delivered) {
            given = delivered.isEmpty() ? null : delivered;
        }

        private synchronized void refuse() {
            revoked = true;
        }

        private synchronized void leave() {
            chosen = false;
            notifyAll();
        }

        /// Gives back what could not be told: it is there for whoever asks next.
        void giveBack(Delivered delivered) {
            actions.giveBack(device.tenant(), device.machineId(), delivered);
        }

        @Override
        public void close() {
            synchronized (WorkPulse.this) {
                waiting.computeIfPresent(machine(), (unused, all) -> {
                    all.remove(this);
                    return all.isEmpty() ? null : all;
                });
            }
        }
    }

    private synchronized boolean goesOn() {
        beating = !waiting.isEmpty();
        return beating;
    }

    private void beat() {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (goesOn()) {
                Duration pause = config.look();
                try {
                    Duration asked = look(threads);
                    pause = longer(pause, asked.multipliedBy(REST));
                } catch (RuntimeException | Error failed) { // whoever waits has nobody else
                    Log.warnf("No work for agents, asking again: reason=%s", failed.getMessage());
                    pause = AFTER_A_FAILURE;
                }
                Thread.sleep(pause);
            }
        } catch (InterruptedException stopped) {
            stopBeating();
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void stopBeating() {
        beating = false;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /// Returns when all that was found has been handed out, or it would be found again.
    ///
    /// @return how long the database took to say who has work
    private Duration look(ExecutorService threads) throws InterruptedException {
        long begun = System.nanoTime();
        List<Working> working = actions.withWork();
        var asked = Duration.ofNanos(System.nanoTime() - begun);
        var batches = new ArrayList<Batch>();
        try {
            choose(working, batches);
            for (Batch batch : batches) {
                fetching.acquire();
                threads.submit(() -> {
                    try {
                        serve(batch);
                    } finally {
                        fetching.release();
                    }
                });
            }
            fetching.acquire(sideBySide);
            fetching.release(sideBySide);
            return asked;
        } finally {
            batches.forEach(batch -> batch.waiters().forEach(Waiter::leave));
        }
    }

    /// Agents of a tenant that are served in one transaction.
    ///
    /// @param alone whether it is one that may be given a live response: their number is counted one by one
    private record Batch(UUID tenant, List<Waiter> waiters, boolean alone) {}

    private void choose(List<Working> all, List<Batch> batches) {
        var open = new HashMap<UUID, Batch>();
        for (Working working : all) {
            choose(working).ifPresent(waiter -> {
                Batch batch = working.alone() ? null : open.get(working.tenant());
                if (batch == null) {
                    batch = new Batch(working.tenant(), new ArrayList<>(), working.alone());
                    batches.add(batch);
                }
                batch.waiters().add(waiter);
                if (!working.alone()) {
                    open.put(working.tenant(), batch.waiters().size() < AT_ONCE ? batch : null);
                }
            });
        }
    }

    private synchronized Optional<Waiter> choose(Working working) {
        Queue<Waiter> all = waiting.get(new Machine(working.tenant(), working.machineId()));
        return all == null
                ? Optional.empty()
                : all.stream().filter(Waiter::choose).findFirst();
    }

    private void serve(Batch batch) {
        try {
            Set<UUID> revoked = new HashSet<>(agents.revoked(
                    batch.waiters().stream().map(it -> it.device.agentId()).toArray(UUID[]::new)));
            var served = new LinkedHashMap<String, Waiter>();
            batch.waiters().forEach(it -> {
                if (revoked.contains(it.device.agentId())) {
                    it.refuse();
                } else {
                    served.put(it.device.machineId(), it);
                }
            });
            var origins = new LinkedHashMap<String, Audit.Origin>();
            served.forEach((machine, it) -> origins.put(machine, it.origin));
            actions.deliver(batch.tenant(), origins, batch.alone())
                    .forEach((machine, delivered) -> served.get(machine).give(delivered));
        } catch (RuntimeException failed) {
            // What was leased all the same comes again when the lease is over.
            Log.warnf("Agents were not given their work, asking again: reason=%s", failed.getMessage());
        } finally {
            batch.waiters().forEach(Waiter::leave);
        }
    }
}

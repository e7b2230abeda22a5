package io.tocsin.response.agent;

import io.quarkus.logging.Log;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.WorkingMachine;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Wakes the agents there is work for, on whichever replica it was made. However many wait, a replica asks once in a
/// while for all of them; while nobody waits, not at all. Who waits is a parked virtual thread that holds nothing.
@ApplicationScoped
public class WorkPulse {

    private static final Duration AFTER_A_FAILURE = Duration.ofSeconds(1);

    private final ActionService actions;
    private final AgentConfig config;
    private final Map<WorkingMachine, Queue<CountDownLatch>> waiting = new HashMap<>();
    private boolean beating;

    WorkPulse(ActionService actions, AgentConfig config) {
        this.actions = actions;
        this.config = config;
    }

    /// @return whether there may be work; false when the patience is over
    boolean await(WorkingMachine machine, Duration patience) throws InterruptedException {
        var woken = new CountDownLatch(1);
        begin(machine, woken);
        try {
            return woken.await(patience.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            end(machine, woken);
        }
    }

    private synchronized void begin(WorkingMachine machine, CountDownLatch woken) {
        waiting.computeIfAbsent(machine, unused -> new ArrayDeque<>(1)).add(woken);
        if (!beating) {
            beating = true;
            Thread.ofVirtual().name("work-pulse").start(this::beat);
        }
    }

    private synchronized void end(WorkingMachine machine, CountDownLatch woken) {
        waiting.computeIfPresent(machine, (unused, all) -> {
            all.remove(woken);
            return all.isEmpty() ? null : all;
        });
    }

    private synchronized boolean goesOn() {
        beating = !waiting.isEmpty();
        return beating;
    }

    private void beat() {
        while (goesOn()) {
            Duration pause = config.look();
            try {
                actions.withWork().forEach(this::wake);
            } catch (RuntimeException failed) {
                Log.debugf("No news for agents, asking again: reason=%s", failed.getMessage());
                pause = AFTER_A_FAILURE;
            }
            try {
                Thread.sleep(pause);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void wake(WorkingMachine machine) {
        Queue<CountDownLatch> all = waiting.get(machine);
        if (all != null) {
            all.forEach(CountDownLatch::countDown);
        }
    }
}

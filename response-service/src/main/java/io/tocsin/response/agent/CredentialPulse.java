package io.tocsin.response.agent;

import io.quarkus.logging.Log;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Notices whose credential counts no more while his stream is open: a replica asks once a heartbeat for all of them;
/// while none is open, not at all.
@ApplicationScoped
public class CredentialPulse {

    private static final int AT_ONCE = 5_000;

    private final AgentService agents;
    private final AgentConfig config;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
    private boolean beating;

    CredentialPulse(AgentService agents, AgentConfig config) {
        this.agents = agents;
        this.config = config;
    }

    /// A credential that is looked after until it is closed.
    final class Watch implements AutoCloseable {

        private final UUID agentId;
        private final Runnable told;
        private volatile boolean revoked;

        private Watch(UUID agentId, Runnable told) {
            this.agentId = agentId;
            this.told = told;
        }

        private void revoke() {
            revoked = true;
            told.run();
        }

        /// As of a heartbeat ago at most.
        boolean counts() {
            return !revoked;
        }

        @Override
        public void close() {
            watches.remove(this);
        }
    }

    /// @param told is called once it counts no more
    Watch watch(Device device, Runnable told) {
        var watch = new Watch(device.agentId(), told);
        watches.add(watch);
        startBeating();
        return watch;
    }

    private synchronized void startBeating() {
        if (!beating) {
            beating = true;
            Thread.ofVirtual().name("credential-pulse").start(this::beat);
        }
    }

    private synchronized boolean goesOn() {
        beating = !watches.isEmpty();
        return beating;
    }

    private void beat() {
        while (goesOn()) {
            try {
                Thread.sleep(config.heartbeat());
                look();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException | Error failed) { // whoever waits has nobody else
                Log.warnf("Credentials were not looked at, asking again: reason=%s", failed.getMessage());
            }
        }
    }

    private void look() {
        List<Watch> all = List.copyOf(watches);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Watch> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            Set<UUID> revoked = new HashSet<>(
                    agents.revoked(some.stream().map(it -> it.agentId).toArray(UUID[]::new)));
            some.stream().filter(it -> revoked.contains(it.agentId)).forEach(Watch::revoke);
        }
    }
}

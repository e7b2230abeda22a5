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
        private volatile boolean revoked;

        private Watch(UUID agentId) {
            this.agentId = agentId;
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

    Watch watch(Device device) {
        var watch = new Watch(device.agentId());
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
            } catch (RuntimeException failed) {
                Log.debugf("Credentials were not looked at, asking again: reason=%s", failed.getMessage());
            }
        }
    }

    private void look() {
        List<Watch> all = List.copyOf(watches);
        for (int from = 0; from < all.size(); from += AT_ONCE) {
            List<Watch> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
            Set<UUID> revoked = new HashSet<>(
                    agents.revoked(some.stream().map(it -> it.agentId).toArray(UUID[]::new)));
            some.stream().filter(it -> revoked.contains(it.agentId)).forEach(it -> it.revoked = true);
        }
    }
}

package io.tocsin.alert.webhook;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.tocsin.alert.webhook.WebhookRepository.Due;
import io.tocsin.jobs.Job;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// Looks which webhooks have something to send and gives each a virtual thread of its own, so many in all and of one
/// tenant. The job ends at once: a target that hangs holds up its own webhook alone. Replicas take turns at looking,
/// and
/// a claim keeps a webhook to one of them.
@ApplicationScoped
class WebhookDispatcher implements Job {

    private static final int CANDIDATES = 500;
    private static final Duration LAST_REQUESTS = Duration.ofSeconds(12);

    private final WebhookRepository webhooks;
    private final WebhookWorker worker;
    private final WebhookConfig config;
    private final Map<UUID, Integer> working = new HashMap<>();
    private int all;
    private volatile boolean stopping;

    WebhookDispatcher(WebhookRepository webhooks, WebhookWorker worker, WebhookConfig config, MeterRegistry registry) {
        this.webhooks = webhooks;
        this.worker = worker;
        this.config = config;
        Gauge.builder("tocsin.webhooks.working", this, WebhookDispatcher::count)
                .description("Webhooks this replica sends to at the moment")
                .register(registry);
    }

    @Override
    public String name() {
        return "webhooks";
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        if (stopping || count() >= config.atOnce()) {
            return;
        }
        for (Due due : webhooks.due(CANDIDATES)) {
            if (!enter(due.tenant())) {
                continue;
            }
            UUID claim = UUID.randomUUID();
            boolean mine = false;
            try {
                mine = webhooks.claim(due, claim, config.claim());
                if (mine) {
                    Thread.ofVirtual().name("webhook-" + due.id()).start(() -> work(due, claim));
                }
            } finally {
                if (!mine) {
                    leave(due.tenant());
                }
            }
        }
    }

    private void work(Due due, UUID claim) {
        try {
            worker.work(due.tenant(), due.id(), claim, () -> stopping);
        } finally {
            leave(due.tenant());
        }
    }

    private synchronized boolean enter(UUID tenant) {
        if (stopping || all >= config.atOnce() || working.getOrDefault(tenant, 0) >= config.atOncePerTenant()) {
            return false;
        }
        all++;
        working.merge(tenant, 1, Integer::sum);
        return true;
    }

    private synchronized void leave(UUID tenant) {
        all--;
        working.computeIfPresent(tenant, (unused, count) -> count == 1 ? null : count - 1);
        notifyAll();
    }

    private synchronized int count() {
        return all;
    }

    void onStart(@Observes StartupEvent start) {
        check(config.claim(), config.timeout());
    }

    static void check(Duration claim, Duration timeout) {
        if (claim.compareTo(timeout) <= 0) {
            throw new IllegalStateException(
                    "tocsin.webhooks.claim (%s) must be longer than tocsin.webhooks.timeout (%s)"
                            .formatted(claim, timeout));
        }
    }

    void onStopAnnounced(@Observes ShutdownDelayInitiatedEvent stop) {
        stopping = true;
    }

    /// Waits for the answers that are still to come, so that what was taken is noted and not sent again elsewhere.
    synchronized void onStop(@Observes @Priority(1) ShutdownEvent stop) {
        stopping = true;
        long end = System.nanoTime() + LAST_REQUESTS.toNanos();
        try {
            while (all > 0 && System.nanoTime() < end) {
                wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}

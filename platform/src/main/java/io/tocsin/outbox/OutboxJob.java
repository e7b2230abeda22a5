package io.tocsin.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.jobs.Job;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/// Makes the calls of one destination that are due, a few at a time. What a replica has claimed and did not finish is
/// due again when its claim ends.
final class OutboxJob implements Job {

    private static final int MOST_LOOKS = 50;
    private static final int LONGEST_REASON = 500;

    private final OutboxDelivery delivery;
    private final OutboxRepository messages;
    private final OutboxConfig config;
    private final Counter delivered;
    private final Counter failed;
    private final Counter dead;

    OutboxJob(OutboxDelivery delivery, OutboxRepository messages, OutboxConfig config, MeterRegistry registry) {
        this.delivery = delivery;
        this.messages = messages;
        this.config = config;
        this.delivered = counter(registry, "delivered");
        this.failed = counter(registry, "failed");
        this.dead = counter(registry, "dead");
    }

    private Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("tocsin.outbox.calls")
                .description("Attempts to make a call that was written down, by how they ended")
                .tags("destination", delivery.destination(), "outcome", outcome)
                .register(registry);
    }

    @Override
    public String name() {
        return "outbox-" + delivery.destination();
    }

    @Override
    public Duration pause() {
        return config.pause();
    }

    @Override
    public void run() {
        messages.prune(delivery.destination(), config.keepDead());
        for (int look = 0; look < MOST_LOOKS; look++) {
            UUID claim = UUID.randomUUID();
            List<OutboxMessage> due = messages.claim(delivery.destination(), claim, config.atOnce(), config.claim());
            if (due.isEmpty() || !deliver(due, claim)) {
                return; // a destination that is down is asked again at the next run, not a thousand times in this one
            }
        }
    }

    /// Whether any came through.
    private boolean deliver(List<OutboxMessage> due, UUID claim) {
        boolean any = false;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Boolean>> calls = due.stream()
                    .<Callable<Boolean>>map(message -> () -> deliver(message, claim))
                    .toList();
            for (Future<Boolean> call : threads.invokeAll(calls)) {
                any |= call.state() == Future.State.SUCCESS && call.resultNow();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
        return any;
    }

    private boolean deliver(OutboxMessage message, UUID claim) {
        try {
            Runnable effect = delivery.deliver(message);
            boolean won = QuarkusTransaction.requiringNew().call(() -> {
                boolean mine = messages.done(message, claim);
                if (mine) {
                    effect.run();
                }
                return mine;
            });
            if (won) {
                delivered.increment();
            }
            return true;
        } catch (OutboxRefusedException refused) {
            fail(message, claim, refused, true);
        } catch (RuntimeException passing) {
            fail(message, claim, passing, false);
        }
        return false;
    }

    private void fail(OutboxMessage message, UUID claim, RuntimeException cause, boolean forGood) {
        String reason = String.valueOf(cause.getMessage());
        reason = cause.getClass().getSimpleName() + ": "
                + reason.substring(0, Math.min(LONGEST_REASON, reason.length()));
        failed.increment();
        if (messages.failed(message, claim, reason, forGood, delay(message.attempt()), config)) {
            dead.increment();
            Log.errorf(
                    "A call is given up: destination=%s kind=%s subject=%s attempts=%d reason=%s",
                    delivery.destination(), message.kind(), message.subject(), message.attempt(), reason);
        } else {
            Log.warnf(
                    "A call failed, it will be made again: destination=%s kind=%s subject=%s attempts=%d reason=%s",
                    delivery.destination(), message.kind(), message.subject(), message.attempt(), reason);
        }
    }

    /// Twice the one before, up to the longest, and up to a fifth more or less, so that what failed together does not
    /// come together again.
    private Duration delay(int attempt) {
        long longest = config.longestDelay().toMillis();
        long doubled = config.firstDelay().toMillis() << Math.min(attempt - 1, 30);
        long millis = doubled <= 0 ? longest : Math.min(longest, doubled);
        return Duration.ofMillis((long) (millis * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }
}

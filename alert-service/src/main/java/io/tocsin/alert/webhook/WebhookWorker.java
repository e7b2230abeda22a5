package io.tocsin.alert.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.StartupEvent;
import io.tocsin.alert.feed.Change;
import io.tocsin.alert.feed.ChangeLines;
import io.tocsin.alert.feed.ChangeLines.Told;
import io.tocsin.alert.feed.ChangeLog;
import io.tocsin.alert.incident.IncidentService;
import io.tocsin.alert.triage.AlertService;
import io.tocsin.alert.webhook.WebhookPost.Event;
import io.tocsin.alert.webhook.WebhookSender.Attempt;
import io.tocsin.audit.Audit;
import io.tocsin.feed.Place;
import io.tocsin.odata.FeedFilter;
import io.tocsin.odata.ODataQuery;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/// Sends one webhook what is behind its place, in order, for as long as there is something and it is answered well. The
/// place moves behind an answer of 2xx, never before it: what was answered and not noted is sent again.
@ApplicationScoped
class WebhookWorker {

    private static final String ACTOR = "alert-service";
    private static final int CHANGES = 200;
    private static final int LETTERS = 20;
    private static final int MOST_LOOKS = 20;
    private static final int FEW = 10;
    private static final int LARGE = 1024 * 1024;
    private static final int SMALL = LARGE / 4;
    private static final int GONE = 410;

    /// Characters of evidence of one look, but for one alert: sixty-four webhooks are worked on at once.
    private static final int LONGEST = 512 * 1024;

    /// What says that this request will not be taken, however often it is sent. Not 401, 403, 404 and the like, which
    /// somebody at the target mends.
    private static final Set<Integer> REFUSED = Set.of(400, 405, 406, 411, 413, 414, 415, 417, 422, 431);

    private final WebhookRepository webhooks;
    private final WebhookService service;
    private final WebhookPost post;
    private final WebhookConfig config;
    private final ChangeLog log;
    private final ChangeLines lines;
    private final Audit audit;
    private final Counter delivered;
    private final Counter failed;
    private final Counter dead;

    WebhookWorker(
            WebhookRepository webhooks,
            WebhookService service,
            WebhookPost post,
            WebhookConfig config,
            ChangeLog log,
            ChangeLines lines,
            Audit audit,
            MeterRegistry registry) {
        this.webhooks = webhooks;
        this.service = service;
        this.post = post;
        this.config = config;
        this.log = log;
        this.lines = lines;
        this.audit = audit;
        this.delivered = counter(registry, "delivered");
        this.failed = counter(registry, "failed");
        this.dead = counter(registry, "dead");
    }

    /// Makes it at once, so that its figures are there before the first webhook is.
    void onStart(@Observes StartupEvent started) {}

    private static Counter counter(MeterRegistry registry, String outcome) {
        return Counter.builder("tocsin.webhooks.requests")
                .description("Requests to targets of webhooks, by how they ended")
                .tags("outcome", outcome)
                .register(registry);
    }

    /// What is to be sent of a look, and where it ends.
    ///
    /// @param cut whether fewer changes were told than were looked at, since they were large
    private record Batch(List<Event> events, Place end, boolean more, boolean cut) {

        long bytes() {
            return events.stream().mapToLong(event -> event.body().length).sum();
        }
    }

    /// How many changes are looked at at once: as many as there may be, of large ones few.
    private static final class Size {
        private int changes;

        Size(Webhook webhook) {
            changes = Math.max(FEW, webhook.batchSize());
        }

        void learn(Batch batch) {
            if (batch.cut()) {
                changes = Math.max(1, batch.events().size());
            } else if (batch.bytes() > LARGE) {
                changes = Math.max(1, changes / 4);
            } else if (batch.bytes() < SMALL) {
                changes = Math.min(CHANGES, changes * 2);
            }
        }
    }

    /// Works until there is nothing left, something fails, the claim is lost or the service stops.
    @ActivateRequestContext
    void work(UUID tenant, UUID id, UUID claim, BooleanSupplier stopping) {
        try {
            boolean goesOn = true;
            Size size = null;
            for (int look = 0; goesOn && look < MOST_LOOKS && !stopping.getAsBoolean(); look++) {
                Optional<Webhook> webhook = webhooks.claimed(tenant, id, claim);
                size = size == null && webhook.isPresent() ? new Size(webhook.get()) : size;
                goesOn = webhook.isPresent() && tryLook(webhook.get(), claim, size, stopping);
            }
        } catch (RuntimeException ours) {
            Log.warnf(ours, "A webhook could not be worked on, it will be: webhook=%s", id);
        } finally {
            webhooks.release(tenant, id, claim);
        }
    }

    /// A fault of our own makes it wait, too, and is told to its owner; it suspends nothing, since its target can do
    /// nothing for it.
    private boolean tryLook(Webhook webhook, UUID claim, Size size, BooleanSupplier stopping) {
        try {
            return look(webhook, claim, size, stopping);
        } catch (RuntimeException ours) {
            webhooks.failed(
                    webhook.tenant(),
                    webhook.id(),
                    claim,
                    0,
                    "internal error",
                    delay(config.firstDelay(), config.longestDelay(), webhook.attempts(), null),
                    config.claim());
            throw ours;
        }
    }

    /// Whether to look again at once.
    private boolean look(Webhook webhook, UUID claim, Size size, BooleanSupplier stopping) {
        if (webhook.redelivers()) {
            return redeliver(webhook, claim, stopping); // the next look counts from what that left
        }
        Batch batch = QuarkusTransaction.requiringNew().call(() -> read(webhook, size.changes));
        if (service.hasMissed(webhook.tenant(), webhook.place())) { // asked behind reading: what it missed is noted
            suspend(webhook, claim, "what came while it stood still is not all kept any more; replay it from now");
            return false;
        }
        size.learn(batch);
        boolean failing = webhook.attempts() > 0;
        boolean refused = failing && webhook.lastStatus() != null && REFUSED.contains(webhook.lastStatus());
        int most = failing ? 1 : webhook.batchSize();
        Webhook now = webhook;
        List<Event> left = batch.events();
        while (!left.isEmpty()) {
            if (stopping.getAsBoolean()) {
                return false;
            }
            List<Event> some = left.subList(0, fitting(left, most));
            Attempt attempt = post.send(now, some);
            if (!isOver(now, claim, some, attempt)) {
                return false;
            }
            left = left.subList(some.size(), left.size());
            if (failing && !refused || refused && batch.events().size() - left.size() >= webhook.batchSize()) {
                return true; // it answers again, or is behind what it refused: the next look counts from nothing
            }
            now = answering(now, claim);
            if (now == null) {
                return false;
            }
        }
        return webhooks.move(webhook.tenant(), webhook.id(), claim, batch.end(), config.claim()) && batch.more();
    }

    /// As it is behind an answer, when nothing that failed before counts any more; null when the claim is lost.
    private Webhook answering(Webhook webhook, UUID claim) {
        return webhook.attempts() == 0 && webhook.failingSince() == null
                ? webhook
                : webhooks.claimed(webhook.tenant(), webhook.id(), claim).orElse(null);
    }

    /// How many of them are a request: one, and more while they are not large.
    private static int fitting(List<Event> events, int most) {
        int count = 0;
        long bytes = 0;
        for (Event event : events.subList(0, Math.min(most, events.size()))) {
            bytes += event.body().length;
            if (count > 0 && bytes > LARGE) {
                return count;
            }
            count++;
        }
        return count;
    }

    private Batch read(Webhook webhook, int most) {
        ChangeLog.Look look = log.after(webhook.tenant(), webhook.place(), most);
        ChangeLines.Tale tale = lines.tell(
                webhook.tenant(),
                look.changes(),
                filter(webhook, Kind.Alerts),
                filter(webhook, Kind.Incidents),
                LONGEST);
        List<Event> events =
                tale.told().stream().map(one -> post.event(webhook, one)).toList();
        return tale.end() == null
                ? new Batch(events, look.end(), look.more(), false)
                : new Batch(events, tale.end(), true, true);
    }

    private static ODataQuery filter(Webhook webhook, Kind kind) {
        if (!webhook.wants(kind)) {
            return null;
        }
        return kind == Kind.Alerts
                ? FeedFilter.of(AlertService.MODEL, webhook.alertFilter())
                : FeedFilter.of(IncidentService.MODEL, webhook.incidentFilter());
    }

    /// Notes how it ended; true when what was sent is done with and the next may follow.
    private boolean isOver(Webhook webhook, UUID claim, List<Event> sent, Attempt attempt) {
        Place behind = settled(sent.getLast().change());
        if (attempt.isDelivered()) {
            delivered.increment();
            return webhooks.answered(
                    webhook.tenant(), webhook.id(), claim, behind, attempt.status(), null, config.claim());
        }
        boolean refusedAlone = REFUSED.contains(attempt.status()) && sent.size() == 1;
        if (refusedAlone) {
            Change change = sent.getFirst().change();
            if (webhook.refusalsOf(change) + 1 >= config.refusals()) {
                return bury(webhook, claim, change, attempt);
            }
            webhooks.refused(webhook.tenant(), webhook.id(), claim, change);
        }
        fail(webhook, claim, attempt);
        return false;
    }

    /// Behind a change, as of now: nothing that was to be told before it has been forgotten.
    private static Place settled(Change change) {
        return change.place().asOf(WireTime.now().ticks());
    }

    private boolean bury(Webhook webhook, UUID claim, Change change, Attempt attempt) {
        boolean mine = QuarkusTransaction.requiringNew().call(() -> {
            boolean moved = webhooks.answered(
                    webhook.tenant(),
                    webhook.id(),
                    claim,
                    settled(change),
                    attempt.status(),
                    attempt.error(),
                    config.claim());
            if (moved) {
                webhooks.bury(
                        webhook.tenant(),
                        webhook.id(),
                        change,
                        webhook.refusalsOf(change) + 1,
                        attempt.status(),
                        attempt.error());
            }
            return moved;
        });
        if (mine) {
            dead.increment();
            Log.infof(
                    "A target refuses a change: webhook=%s change=%s status=%d",
                    webhook.id(), WebhookEvent.id(change), attempt.status());
            if (webhooks.letters(webhook.tenant(), webhook.id()) >= config.deadLetters()) {
                suspend(webhook, claim, "its target refused " + config.deadLetters() + " changes");
            }
        }
        return mine;
    }

    private void fail(Webhook webhook, UUID claim, Attempt attempt) {
        failed.increment();
        webhooks.failed(
                webhook.tenant(),
                webhook.id(),
                claim,
                attempt.status(),
                attempt.error(),
                delay(config.firstDelay(), config.longestDelay(), webhook.attempts(), attempt.retryAfter()),
                config.claim());
        if (attempt.status() == GONE) {
            suspend(webhook, claim, "its target answered 410: it is gone");
        } else if (webhook.failingSince() != null
                && webhook.failingSince()
                                .plusSeconds(config.suspendAfter().toSeconds())
                                .ticks()
                        < WireTime.now().ticks()) {
            suspend(
                    webhook,
                    claim,
                    "nothing was delivered for " + config.suspendAfter().toHours() + " hours; at last: "
                            + attempt.error());
        }
    }

    private void suspend(Webhook webhook, UUID claim, String reason) {
        QuarkusTransaction.requiringNew().run(() -> {
            if (webhooks.suspend(webhook.tenant(), webhook.id(), claim, reason)) {
                audit.record(
                        webhook.tenant(), ACTOR, "webhook.suspend", webhook.id().toString(), Map.of("reason", reason));
                Log.warnf("A webhook is suspended: webhook=%s reason=%s", webhook.id(), reason);
            }
        });
    }

    /// What the target asked for, though not less than the first pause, else twice the pause before, and up to a fifth
    /// more or less.
    static Duration delay(Duration first, Duration longest, int attempts, Duration asked) {
        if (asked != null) {
            return Duration.ofMillis(Math.max(first.toMillis(), Math.min(longest.toMillis(), asked.toMillis())));
        }
        long doubled = first.toMillis() << Math.min(attempts, 30);
        long millis = doubled <= 0 ? longest.toMillis() : Math.min(longest.toMillis(), doubled);
        return Duration.ofMillis((long) (millis * ThreadLocalRandom.current().nextDouble(0.8, 1.2)));
    }

    /// Dead letters that are wanted again, oldest first; false when the target does not answer or the claim is lost.
    private boolean redeliver(Webhook webhook, UUID claim, BooleanSupplier stopping) {
        Webhook now = webhook;
        List<DeadLetter> letters = webhooks.letters(webhook.tenant(), webhook.id(), 0, true, LETTERS);
        for (DeadLetter letter : letters) {
            if (now == null || stopping.getAsBoolean()) {
                return false;
            }
            List<Told> told = lines.tell(
                            webhook.tenant(),
                            List.of(letter.change()),
                            FeedFilter.of(AlertService.MODEL, (String) null),
                            FeedFilter.of(IncidentService.MODEL, (String) null),
                            LONGEST)
                    .told();
            if (told.isEmpty()) {
                webhooks.forget(webhook.tenant(), webhook.id(), letter.id()); // what it was about is gone
                continue;
            }
            Attempt attempt = post.send(webhook, List.of(post.event(webhook, told.getFirst())));
            if (attempt.isDelivered()) {
                delivered.increment();
                webhooks.forget(webhook.tenant(), webhook.id(), letter.id());
                if (!webhooks.answered(
                        webhook.tenant(),
                        webhook.id(),
                        claim,
                        webhook.place(),
                        attempt.status(),
                        null,
                        config.claim())) {
                    return false;
                }
                now = answering(now, claim);
            } else if (REFUSED.contains(attempt.status())) {
                dead.increment();
                webhooks.refusedAgain(webhook.tenant(), webhook.id(), letter.id(), attempt.status(), attempt.error());
            } else {
                fail(now, claim, attempt);
                return false;
            }
        }
        QuarkusTransaction.requiringNew().run(() -> webhooks.settled(webhook.tenant(), webhook.id(), claim));
        return true;
    }
}

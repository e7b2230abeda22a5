package io.tocsin.alert.webhook;

import io.tocsin.alert.AlertProblem;
import io.tocsin.alert.feed.ChangeLog;
import io.tocsin.alert.incident.IncidentService;
import io.tocsin.alert.triage.AlertService;
import io.tocsin.audit.Audit;
import io.tocsin.feed.FeedCursors;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.FeedProblem;
import io.tocsin.feed.Place;
import io.tocsin.identity.Caller;
import io.tocsin.odata.EntityModel;
import io.tocsin.odata.FeedFilter;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The webhooks of a tenant.
@ApplicationScoped
class WebhookService {

    private static final int LETTERS = 1_000;

    private final WebhookRepository webhooks;
    private final WebhookTargets targets;
    private final WebhookSecrets secrets;
    private final WebhookConfig config;
    private final FeedPlaces places;
    private final FeedCursors cursors;
    private final Audit audit;

    WebhookService(
            WebhookRepository webhooks,
            WebhookTargets targets,
            WebhookSecrets secrets,
            WebhookConfig config,
            FeedPlaces places,
            FeedCursors cursors,
            Audit audit) {
        this.webhooks = webhooks;
        this.targets = targets;
        this.secrets = secrets;
        this.config = config;
        this.places = places;
        this.cursors = cursors;
        this.audit = audit;
    }

    @Transactional
    WebhookView.All all(UUID tenant) {
        Map<UUID, Long> letters = webhooks.lettersByWebhook(tenant);
        return new WebhookView.All(webhooks.all(tenant).stream()
                .map(it -> WebhookView.of(it, letters.getOrDefault(it.id(), 0L), null))
                .toList());
    }

    @Transactional
    WebhookView get(UUID tenant, String id) {
        return view(find(tenant, id), null);
    }

    Webhook find(UUID tenant, String id) {
        return webhooks.find(tenant, uuid(id)).orElseThrow(() -> notFound(id));
    }

    @Transactional
    WebhookView create(Caller caller, CreateWebhookRequest request) {
        UUID tenant = caller.tenant();
        String url = targets.check(request.url());
        checkFilters(request.alertFilter(), request.incidentFilter());
        webhooks.lock(tenant);
        if (webhooks.all(tenant).size() >= config.perTenant()) {
            throw invalid("A tenant has at most " + config.perTenant() + " webhooks");
        }
        UUID id = UUID.randomUUID();
        byte[] secret = WebhookSignature.newSecret();
        WireTime now = WireTime.now();
        var made = new Webhook(
                tenant,
                id,
                request.name(),
                url,
                request.kinds().stream().distinct().toList(),
                blankIsNull(request.alertFilter()),
                blankIsNull(request.incidentFilter()),
                request.batchSize() == null ? 1 : request.batchSize(),
                Webhook.State.Active,
                null,
                secrets.seal(tenant, id, secret),
                null,
                null,
                place(tenant, null, request.from() == null ? "now" : request.from()),
                0,
                null,
                0,
                null,
                false,
                null,
                null,
                null,
                caller.name(),
                now,
                caller.name(),
                now);
        webhooks.insert(made);
        record(caller, "webhook.create", id, Map.of("after", told(made)));
        return view(webhooks.find(tenant, id).orElseThrow(), WebhookSignature.text(secret));
    }

    @Transactional
    WebhookView change(Caller caller, String id, WebhookChange change) {
        if (change.isNothing()) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The request body names nothing to update");
        }
        UUID tenant = caller.tenant();
        webhooks.lock(tenant);
        Webhook before = find(tenant, id);
        checkFilters(change.alertFilter(), change.incidentFilter());
        var after = new Webhook(
                tenant,
                before.id(),
                change.name() == null ? before.name() : required(change.name()),
                change.url() == null ? before.url() : targets.check(change.url()),
                change.kinds() == null
                        ? before.kinds()
                        : change.kinds().stream().distinct().toList(),
                change.alertFilter() == null ? before.alertFilter() : blankIsNull(change.alertFilter()),
                change.incidentFilter() == null ? before.incidentFilter() : blankIsNull(change.incidentFilter()),
                change.batchSize() == null ? before.batchSize() : change.batchSize(),
                before.state(),
                before.reason(),
                before.secret(),
                before.previousSecret(),
                before.previousUntil(),
                before.place(),
                before.attempts(),
                before.refusedChange(),
                before.refusals(),
                before.failingSince(),
                before.redelivers(),
                before.lastStatus(),
                before.lastError(),
                before.lastDelivery(),
                before.createdBy(),
                before.created(),
                caller.name(),
                WireTime.now());
        webhooks.change(after);
        record(caller, "webhook.update", before.id(), Map.of("before", told(before), "after", told(after)));
        return get(tenant, id);
    }

    @Transactional
    void delete(Caller caller, String id) {
        webhooks.lock(caller.tenant());
        Webhook before = find(caller.tenant(), id);
        webhooks.delete(caller.tenant(), before.id());
        record(caller, "webhook.delete", before.id(), Map.of("before", told(before)));
    }

    @Transactional
    WebhookView pause(Caller caller, String id) {
        Webhook before = find(caller.tenant(), id);
        become(caller, before, Webhook.State.Paused, "webhook.pause", List.of(Webhook.State.Active));
        return get(caller.tenant(), id);
    }

    /// Goes on where it stopped, also after a suspension.
    @Transactional
    WebhookView resume(Caller caller, String id) {
        Webhook before = find(caller.tenant(), id);
        if (hasMissed(before.tenant(), before.place())) {
            throw new ProblemException(
                    FeedProblem.CURSOR_EXPIRED,
                    "What came while it stood still is not all kept any more; list what there is, then replay from now");
        }
        become(
                caller,
                before,
                Webhook.State.Active,
                "webhook.resume",
                List.of(Webhook.State.Paused, Webhook.State.Suspended));
        return get(caller.tenant(), id);
    }

    /// Sends again, or leaves out, what lies between where it is and there.
    @Transactional
    WebhookView replay(Caller caller, String id, ReplayRequest request) {
        if ((request.cursor() == null) == (request.from() == null)) {
            throw new ProblemException(
                    CommonProblem.MISSING_REQUIRED_PARAMETER, "Either cursor or from is needed, and not both");
        }
        webhooks.lock(caller.tenant());
        Webhook before = find(caller.tenant(), id);
        webhooks.place(
                caller.tenant(), before.id(), place(caller.tenant(), request.cursor(), request.from()), caller.name());
        var detail = new HashMap<String, Object>();
        detail.put("cursor", request.cursor());
        detail.put("from", request.from());
        record(caller, "webhook.replay", before.id(), detail);
        return get(caller.tenant(), id);
    }

    /// A new secret; the one before signs beside it for a while.
    @Transactional
    WebhookView rotate(Caller caller, String id, RotateSecretRequest request) {
        long hours = request == null || request.overlapHours() == null
                ? config.overlap().toHours()
                : request.overlapHours();
        webhooks.lock(caller.tenant());
        Webhook before = find(caller.tenant(), id);
        byte[] secret = WebhookSignature.newSecret();
        webhooks.secret(
                caller.tenant(),
                before.id(),
                secrets.seal(caller.tenant(), before.id(), secret),
                WireTime.now().plusSeconds(hours * 3600),
                caller.name());
        record(caller, "webhook.rotate-secret", before.id(), Map.of("overlapHours", hours));
        return view(webhooks.find(caller.tenant(), before.id()).orElseThrow(), WebhookSignature.text(secret));
    }

    @Transactional
    DeadLetterView.All letters(UUID tenant, String id, String after) {
        Webhook webhook = find(tenant, id);
        List<DeadLetter> found = webhooks.letters(tenant, webhook.id(), number(after), false, LETTERS + 1);
        return new DeadLetterView.All(
                found.stream().limit(LETTERS).map(DeadLetterView::of).toList(), found.size() > LETTERS);
    }

    /// @param letter its id, or null for all there are
    @Transactional
    RedeliveryView redeliver(Caller caller, String id, String letter) {
        Webhook webhook = find(caller.tenant(), id);
        Long one = letter == null ? null : (Long) number(letter);
        int wanted = webhooks.want(caller.tenant(), webhook.id(), one);
        if (one != null && wanted == 0) {
            throw new ProblemException(
                    AlertProblem.DEAD_LETTER_NOT_FOUND, "Webhook " + id + " has no dead letter " + letter);
        }
        record(
                caller,
                "webhook.redeliver",
                webhook.id(),
                Map.of("deadLetter", letter == null ? "all" : letter, "count", wanted));
        return new RedeliveryView(wanted);
    }

    /// Whether something behind the place is not kept any more. How long it stood there says nothing: where nothing
    /// happened, nothing was missed.
    boolean hasMissed(UUID tenant, Place place) {
        return places.hasMissed(ChangeLog.TABLE, tenant, place);
    }

    private void become(Caller caller, Webhook before, Webhook.State state, String action, List<Webhook.State> from) {
        if (!webhooks.become(caller.tenant(), before.id(), state, caller.name(), from)) {
            throw new ProblemException(AlertProblem.WEBHOOK_STATE, "The webhook is " + before.state());
        }
        record(caller, action, before.id(), Map.of("before", before.state(), "after", state));
    }

    private Place place(UUID tenant, String cursor, String from) {
        if (cursor == null) {
            return from(tenant, from);
        }
        Place named = at(tenant, cursor);
        if (hasMissed(tenant, named)) {
            throw new ProblemException(FeedProblem.CURSOR_EXPIRED);
        }
        return named;
    }

    private Place at(UUID tenant, String cursor) {
        try {
            return cursors.read(tenant, "alerts", cursor);
        } catch (ProblemException wrong) {
            if (wrong.type() != FeedProblem.INVALID_CURSOR) {
                throw wrong;
            }
            return cursors.read(tenant, "incidents", cursor);
        }
    }

    private Place from(UUID tenant, String from) {
        return switch (from) {
            case "beginning" -> places.beginning(ChangeLog.TABLE, tenant);
            case "now" -> places.end(ChangeLog.TABLE, tenant);
            default -> places.since(ChangeLog.TABLE, tenant, fromTime(from));
        };
    }

    private static WireTime fromTime(String from) {
        try {
            return WireTime.parse(from);
        } catch (IllegalArgumentException notATime) {
            throw invalid("from is 'beginning', 'now' or a time: " + notATime.getMessage());
        }
    }

    private static void checkFilters(String alerts, String incidents) {
        check("alertFilter", AlertService.MODEL, alerts);
        check("incidentFilter", IncidentService.MODEL, incidents);
    }

    private static void check(String name, EntityModel model, String filter) {
        try {
            FeedFilter.of(model, blankIsNull(filter));
        } catch (ProblemException wrong) {
            throw new ProblemException(wrong.type(), name + ": " + wrong.getMessage());
        }
    }

    private WebhookView view(Webhook webhook, String secret) {
        return WebhookView.of(webhook, webhooks.letters(webhook.tenant(), webhook.id()), secret);
    }

    private void record(Caller caller, String action, UUID id, Map<String, ?> detail) {
        audit.record(caller.tenant(), caller.name(), action, id.toString(), detail);
    }

    /// What the audit tells of it: no secret, and no query of the target, which may hold one.
    private static Map<String, Object> told(Webhook it) {
        var told = new HashMap<String, Object>();
        told.put("name", it.name());
        told.put("url", it.url().replaceFirst("\\?.*", "?…"));
        told.put("kinds", it.kinds());
        told.put("alertFilter", it.alertFilter());
        told.put("incidentFilter", it.incidentFilter());
        told.put("batchSize", it.batchSize());
        told.put("state", it.state());
        return told;
    }

    private static String required(String name) {
        if (name.isBlank()) {
            throw invalid("name is blank");
        }
        return name;
    }

    private static String blankIsNull(String text) {
        return text == null || text.isBlank() ? null : text;
    }

    private static UUID uuid(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException notOne) {
            throw notFound(id);
        }
    }

    private static long number(String text) {
        try {
            return text == null ? 0 : Long.parseLong(text);
        } catch (NumberFormatException notOne) {
            throw new ProblemException(AlertProblem.DEAD_LETTER_NOT_FOUND, "There is no dead letter " + text);
        }
    }

    private static ProblemException notFound(String id) {
        return new ProblemException(AlertProblem.WEBHOOK_NOT_FOUND, "Webhook " + id + " was not found");
    }

    private static ProblemException invalid(String message) {
        return new ProblemException(CommonProblem.INVALID_INPUT, message);
    }
}

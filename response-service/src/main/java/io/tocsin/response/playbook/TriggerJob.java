package io.tocsin.response.playbook;

import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.db.Statements;
import io.tocsin.feed.FeedChanges;
import io.tocsin.feed.FeedPlaces;
import io.tocsin.feed.FeedTable;
import io.tocsin.feed.Place;
import io.tocsin.jobs.Job;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Holds each new alert and incident against the triggers, and begins what they ask for in the transaction that moves
/// on: each once, whoever dies. It reads alert-service's feed (docs/adr/030) from a position of its own.
@ApplicationScoped
class TriggerJob implements Job {

    private static final FeedTable ALERTS = new FeedTable("feed_change", "change_id", "changed_ticks");
    private static final int AT_ONCE = 200;
    private static final int MOST_LOOKS = 20;

    private final Statements statements;
    private final FeedChanges changes;
    private final FeedPlaces places;
    private final PlaybookRepository playbooks;
    private final TriggerEvents events;
    private final RunEngine engine;

    TriggerJob(
            Statements statements,
            FeedPlaces places,
            PlaybookRepository playbooks,
            TriggerEvents events,
            RunEngine engine) {
        this.statements = statements;
        this.changes = new FeedChanges(statements, ALERTS);
        this.places = places;
        this.playbooks = playbooks;
        this.events = events;
        this.engine = engine;
    }

    @Override
    public String name() {
        return "playbook-triggers";
    }

    @Override
    public Duration pause() {
        return Duration.ofMillis(500);
    }

    @Override
    public void run() {
        for (UUID tenant : playbooks.tenants()) {
            try {
                for (int look = 0; look < MOST_LOOKS; look++) {
                    if (!QuarkusTransaction.requiringNew().call(() -> look(tenant))) {
                        break;
                    }
                }
            } catch (RuntimeException failed) {
                Log.warnf(failed, "Alerts were not held against triggers of playbooks: tenant=%s", tenant);
            }
        }
    }

    /// Whether there is more. The first look begins now: what happened before a tenant's first playbook begins nothing.
    private boolean look(UUID tenant) {
        Optional<Place> from = place(tenant);
        if (from.isEmpty()) {
            begin(tenant, places.end(ALERTS, tenant));
            return false;
        }
        FeedChanges.Look look = changes.after(tenant, from.get(), AT_ONCE);
        if (look.rows().isEmpty() || !move(tenant, from.get(), look.end())) {
            return false;
        }
        List<Armed> armed = playbooks.enabled(tenant).stream()
                .flatMap(playbook -> armed(tenant, playbook).stream())
                .toList();
        look.rows().stream().filter(row -> row.kind().equals("Created")).forEach(row -> hold(tenant, row, armed));
        return look.more();
    }

    /// A playbook with its definition.
    private record Armed(UUID id, PlaybookView playbook, Definition definition) {

        boolean follows(String feed) {
            return definition.triggers().stream().anyMatch(trigger -> switch (trigger.type()) {
                case Alert, IndicatorMatch -> feed.equals("Alert");
                case Incident -> feed.equals("Incident");
                case Schedule -> false;
            });
        }
    }

    private Optional<Armed> armed(UUID tenant, PlaybookView playbook) {
        UUID id = UUID.fromString(playbook.id());
        try {
            return Optional.of(new Armed(id, playbook, Definition.read(playbook.definition())));
        } catch (ProblemException unreadable) {
            problem(tenant, id, unreadable);
            return Optional.empty();
        }
    }

    private void hold(UUID tenant, FeedChanges.Row row, List<Armed> all) {
        List<Armed> armed =
                all.stream().filter(playbook -> playbook.follows(row.feed())).toList();
        if (armed.isEmpty()) { // nobody asks what it is
            return;
        }
        events.of(tenant, row.feed(), row.subject())
                .ifPresent(event -> armed.forEach(playbook -> asking(tenant, playbook, row, event)
                        .ifPresent(trigger -> engine.start(
                                new RunRepository.New(
                                        tenant,
                                        playbook.id(),
                                        playbook.playbook().name(),
                                        playbook.playbook().version(),
                                        trigger.type().name(),
                                        row.subject(),
                                        null,
                                        false,
                                        event.json()),
                                playbook.definition(),
                                "response-service"))));
    }

    /// The trigger that asks for it. One that cannot be held against it asks for nothing, and keeps no other from it.
    private Optional<Trigger> asking(UUID tenant, Armed playbook, FeedChanges.Row row, TriggerEvents.Event event) {
        try {
            return playbook.definition().triggers().stream()
                    .filter(trigger -> event.types().contains(trigger.type()))
                    .filter(trigger -> trigger.condition()
                            .map(condition -> condition.holds(event.context()))
                            .orElse(true))
                    .findFirst();
        } catch (RuntimeException failed) {
            problem(
                    tenant,
                    playbook.id(),
                    new IllegalStateException(row.feed() + " " + row.subject() + ": " + failed.getMessage(), failed));
            return Optional.empty();
        }
    }

    private void problem(UUID tenant, UUID playbook, RuntimeException failed) {
        Log.warnf(failed, "A playbook was not held against what happened: tenant=%s id=%s", tenant, playbook);
        playbooks.problem(tenant, playbook, failed.getMessage(), WireTime.now());
    }

    private Optional<Place> place(UUID tenant) {
        return statements
                .list(
                        "select change_xid::text, change_id, 0::bigint from playbook_position where tenant_id = ?",
                        FeedPlaces::place,
                        tenant)
                .stream()
                .findFirst();
    }

    private void begin(UUID tenant, Place place) {
        statements.update(
                "insert into playbook_position (tenant_id, change_xid, change_id) values (?, ?::xid8, ?) on conflict do nothing",
                tenant,
                place.positionText(),
                place.id());
    }

    /// Whether nobody else has moved on meanwhile.
    private boolean move(UUID tenant, Place from, Place to) {
        return statements.update("""
                update playbook_position set change_xid = ?::xid8, change_id = ?
                where tenant_id = ? and change_xid = ?::xid8 and change_id = ?
                """, to.positionText(), to.id(), tenant, from.positionText(), from.id()) == 1;
    }
}

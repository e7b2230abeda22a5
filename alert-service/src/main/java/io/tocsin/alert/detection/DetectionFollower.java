package io.tocsin.alert.detection;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.logging.Log;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.runtime.Startup;
import io.tocsin.alert.process.ProcessKeeper;
import io.tocsin.alert.process.ProcessNode;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.alert.sigma.SlowRuleException;
import io.tocsin.db.Statements;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// Follows one shard of the event feed: keeps its machines' processes, holds its events against the rules and raises
/// what
/// they hit, all in the transaction that moves on.
@ApplicationScoped
@Startup // its meters are there before the first event is
class DetectionFollower {

    private static final int MOST_TRIES = 3;
    private static final long SILENT = 1_000_000_000L;

    /// Classes of SQL states: connection, rollback, resources, locks, an operator at work.
    private static final Set<String> PASSING = Set.of("08", "40", "53", "55", "57");

    private final DetectionConfig config;
    private final EventShards shards;
    private final RuleBook rules;
    private final ProcessKeeper keeper;
    private final ProcessTrees trees;
    private final Creations creations;
    private final DetectionAlerts alerts;
    private final Statements statements;
    private final Counter looked;
    private final Counter failures;
    private final Counter skipped;
    private final Map<Integer, Care> cares = new ConcurrentHashMap<>();

    /// How a shard goes on after a failure: event by event for as long as the look was that failed, so that what cannot
    /// be
    /// followed is found and does not hold back what comes after it.
    ///
    /// @param looks that are still to be of one event
    /// @param tries at the event that comes next
    private record Care(int looks, int tries) {

        static final Care NONE = new Care(0, 0);
    }

    DetectionFollower(
            DetectionConfig config,
            EventShards shards,
            RuleBook rules,
            ProcessKeeper keeper,
            ProcessTrees trees,
            Creations creations,
            DetectionAlerts alerts,
            Statements statements,
            MeterRegistry registry) {
        this.config = config;
        this.shards = shards;
        this.rules = rules;
        this.keeper = keeper;
        this.trees = trees;
        this.creations = creations;
        this.alerts = alerts;
        this.statements = statements;
        this.looked = Counter.builder("tocsin.detection.events")
                .description("Events held against the rules")
                .register(registry);
        this.failures = Counter.builder("tocsin.detection.rule.failures")
                .description(
                        "Times a rule failed on an event, or took too long for those of a look; the others went on")
                .register(registry);
        this.skipped = Counter.builder("tocsin.detection.skipped")
                .description("Events not held against the rules: after several tries, or followed too late")
                .register(registry);
    }

    /// One look; false when there was nothing new.
    boolean look(int shard) {
        Care care = cares.getOrDefault(shard, Care.NONE);
        int batch = care.looks() > 0 ? 1 : config.batch();
        EventShards.Look look = QuarkusTransaction.requiringNew()
                .call(() -> shards.next(shard, batch).orElse(null));
        if (look == null) {
            return false;
        }
        try {
            int late = QuarkusTransaction.requiringNew().call(() -> follow(shard, look));
            looked.increment(look.events().size() - late);
            if (late > 0) {
                skipped.increment(late);
                Log.warnf(
                        "Events are not held against the rules, they came too long ago: number=%d lookBack=%s",
                        late, config.lookBack());
            }
        } catch (RuntimeException failed) {
            if (isPassing(failed)) {
                throw failed;
            }
            if (care.looks() == 0 || care.tries() < MOST_TRIES) {
                cares.put(shard, new Care(Math.max(care.looks(), config.batch()), care.tries() + 1));
                throw failed;
            }
            Log.errorf(
                    failed,
                    "An event cannot be held against the rules and is skipped: place=%s",
                    look.stretch().to());
            QuarkusTransaction.requiringNew().run(() -> shards.move(shard, look));
            skipped.increment(look.events().size());
        }
        cares.put(shard, new Care(Math.max(0, care.looks() - 1), 0));
        return true;
    }

    /// Whether the database was at fault and not the events: a deadlock, a lock not got, a connection lost.
    private static boolean isPassing(Throwable failed) {
        for (Throwable cause = failed; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && (sql.getSQLState() == null
                            || PASSING.contains(sql.getSQLState().substring(0, 2)))) {
                return true;
            }
        }
        return false;
    }

    /// How many of them were too old for the rules.
    private int follow(int shard, EventShards.Look look) {
        shards.move(shard, look); // first, so that nobody else does the same work
        var events = look.events().stream()
                .map(seen -> new DetectionEvent(seen.row()))
                .toList();
        ProcessKeeper.Kept kept = keeper.keep(ProcessSightings.of(events));
        Map<UUID, RuleSet> sets =
                rules.of(events.stream().map(event -> event.row().tenant()).collect(Collectors.toSet()));
        long since = WireTime.now().ticks() - config.lookBack().toSeconds() * WireTime.TICKS_PER_SECOND;
        List<EventRow> young = look.events().stream()
                .filter(seen -> seen.received() >= since)
                .map(EventShards.Seen::row)
                .toList();
        List<DetectionEvent> asked = asked(young, kept.created());
        Map<ProcessRef, ProcessNode> lines = ProcessLines.complete(asked, kept.processes(), trees);
        List<Hit> found = creations.first(hits(asked, sets));
        if (!found.isEmpty()) {
            alerts.raise(found, lines);
        }
        return look.events().size() - young.size();
    }

    /// The events rules are held against: of a process' creation one, with what all logs have told of it.
    ///
    /// @param created those whose creation nobody had told of before
    private List<DetectionEvent> asked(List<EventRow> rows, Set<ProcessRef> created) {
        var asked = new ArrayList<EventRow>();
        var places = new LinkedHashMap<ProcessRef, Integer>();
        for (EventRow row : rows) {
            var event = new DetectionEvent(row);
            Integer place = event.isCreation() && event.processRef() != null
                    ? places.putIfAbsent(event.processRef(), asked.size())
                    : null;
            if (place != null) {
                asked.set(place, asked.get(place).completedBy(row));
            } else if (event.kind() != null) {
                asked.add(row);
            }
        }
        creations
                .told(places.keySet().stream()
                        .filter(process -> !created.contains(process))
                        .toList())
                .forEach((process, before) -> {
                    int place = places.get(process);
                    asked.set(place, asked.get(place).completedBy(before));
                });
        return asked.stream().map(DetectionEvent::new).toList();
    }

    private List<Hit> hits(List<DetectionEvent> events, Map<UUID, RuleSet> sets) {
        var found = new ArrayList<Hit>();
        var times = new RuleTimes(config.ruleTime(), config.tenantTime());
        long spoken = System.nanoTime();
        for (DetectionEvent event : events) {
            UUID tenant = event.row().tenant();
            RuleSet set = sets.get(tenant);
            for (int kind : event.kinds()) {
                for (ActiveRule rule : set.about(kind)) {
                    if (isHit(tenant, rule, event, times)) {
                        found.add(new Hit(rule, event));
                    }
                    if (System.nanoTime() - spoken > SILENT) { // or PostgreSQL ends the transaction as forgotten
                        statements.list("select 1", row -> true);
                        spoken = System.nanoTime();
                    }
                }
            }
        }
        times.spent().forEach((rule, tenant) -> {
            failures.increment();
            Log.warnf(
                    "A rule took too long, it was not held against all events of a look: tenant=%s rule=%s title=%s",
                    tenant, rule.id(), rule.rule().title());
        });
        return found;
    }

    /// A built-in rule has all the time it takes; when what the tenant exempts from it has had its, nothing is exempt.
    private boolean isHit(UUID tenant, ActiveRule rule, DetectionEvent event, RuleTimes times) {
        return rule.builtIn()
                ? isTrue(rule, () -> rule.matches(event))
                        && (rule.exclusions().isEmpty()
                                || !times.test(tenant, rule, () -> isTrue(rule, () -> rule.isExcluded(event))))
                : times.test(tenant, rule, () -> isTrue(rule, () -> rule.hits(event)));
    }

    private boolean isTrue(ActiveRule rule, BooleanSupplier test) {
        try {
            return test.getAsBoolean();
        } catch (SlowRuleException late) {
            throw late;
        } catch (RuntimeException failed) {
            failures.increment();
            Log.warnf(failed, "A rule failed on an event: rule=%s", rule.id());
            return false;
        }
    }
}

package io.tocsin.alert.detection;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tocsin.alert.process.ProcessRef;
import io.tocsin.alert.process.ProcessTrees;
import io.tocsin.alert.sigma.EvaluationTime;
import io.tocsin.alert.sigma.SlowRuleException;
import io.tocsin.alert.telemetry.EventFeed;
import io.tocsin.db.Statements;
import io.tocsin.identity.Caller;
import io.tocsin.identity.DeviceScope;
import io.tocsin.identity.DeviceScopes;
import io.tocsin.wire.WireTime;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Holds a rule against telemetry that is there, within bounds, and changes nothing. Reads in short transactions, so
/// that it
/// holds no feed back.
@ApplicationScoped
class DryRun {

    private static final int BATCH = 2_000;
    private static final int THREADS = 2;
    private static final int MOST_EXAMPLES = 20;
    private static final int LONGEST_COMMAND = 1_000;
    private static final int DEFAULT_HOURS = 24;

    private static final String EVENTS = "select " + EventRow.COLUMNS + " from device_event e" + " where"
            + EventFeed.WITHIN + "and e.tenant_id = ? and %s and e.received_ticks >= ?" + EventFeed.IN_ORDER;

    private final DetectionConfig config;
    private final EventFeed feed;
    private final Statements statements;
    private final DeviceScopes scopes;
    private final DetectionService detections;
    private final ProcessTrees trees;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("dry-run-", 0).daemon().factory());

    DryRun(
            DetectionConfig config,
            EventFeed feed,
            Statements statements,
            DeviceScopes scopes,
            DetectionService detections,
            ProcessTrees trees) {
        this.config = config;
        this.feed = feed;
        this.statements = statements;
        this.scopes = scopes;
        this.detections = detections;
        this.trees = trees;
    }

    DryRunView run(Caller caller, DryRunRequest request) {
        ActiveRule rule = detections.toTry(caller.tenant(), request);
        DeviceScope scope = QuarkusTransaction.requiringNew().call(() -> scopes.of(caller));
        int hours = request.hours() == null ? DEFAULT_HOURS : request.hours();
        WireTime from = WireTime.now().plusSeconds(-3_600L * hours);
        var result = new Result(rule);
        long end = System.nanoTime() + config.dryRunTime().toNanos();
        boolean complete = onItsOwnThread(() -> isComplete(caller.tenant(), scope, from, result, end));
        return new DryRunView(
                from,
                complete,
                result.events,
                result.hits,
                result.alerts.size(),
                result.machines.size(),
                result.examples);
    }

    /// On a thread the system takes turns with: it may compute for as long as it lasts, and who answers others shares
    /// few.
    private boolean onItsOwnThread(Callable<Boolean> work) {
        try {
            return threads.submit(work).get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof RuntimeException ours
                    ? ours
                    : new IllegalStateException(failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("a dry run was interrupted", stopped);
        }
    }

    private boolean isComplete(UUID tenant, DeviceScope scope, WireTime from, Result result, long end) {
        EventFeed.Place place = QuarkusTransaction.requiringNew().call(() -> feed.since(from));
        try {
            while (place != null && result.events < config.dryRunEvents() && System.nanoTime() - end < 0) {
                EventFeed.Place last = place;
                place = QuarkusTransaction.requiringNew().call(() -> look(tenant, scope, last, from, result, end));
            }
        } catch (SlowRuleException late) {
            return false;
        }
        return place == null;
    }

    @PreDestroy
    void stop() {
        threads.shutdownNow();
    }

    /// Looks at the tenant's share of what comes next in the feed, and says where that ended.
    private EventFeed.Place look(
            UUID tenant, DeviceScope scope, EventFeed.Place after, WireTime from, Result result, long end) {
        EventFeed.Place to = feed.behind(after, BATCH).orElse(null);
        if (to == null) {
            return null;
        }
        var reach = new ArrayList<Object>(List.of(tenant));
        reach.addAll(scope.parameters());
        reach.add(from.ticks());
        List<EventRow> batch = statements.list(
                EVENTS.formatted(scope.on("e")),
                EventRow::of,
                new EventFeed.Stretch(after, to).parameters(reach.toArray()));
        var events = batch.stream()
                .map(DetectionEvent::new)
                .filter(event -> event.kind() != null)
                .filter(event -> Arrays.stream(event.kinds())
                        .anyMatch(kind -> kind == result.rule.rule().kind()))
                .toList();
        var lines = ProcessLines.complete(events, new HashMap<>(), trees);
        result.events += batch.size();
        events.stream()
                .filter(event -> EvaluationTime.within(end - System.nanoTime(), () -> result.rule.hits(event)))
                .filter(result::isFirst)
                .forEach(event -> result.add(event, HitSubject.of(event, lines)));
        return to;
    }

    private static final class Result {

        private final ActiveRule rule;
        private final Set<String> machines = new HashSet<>();
        private final Set<String> alerts = new HashSet<>();
        private final List<DryRunView.Example> examples = new ArrayList<>();
        private final Set<ProcessRef> created = new HashSet<>();
        private long events;
        private long hits;

        Result(ActiveRule rule) {
            this.rule = rule;
        }

        /// A process is created once, however many logs tell of it.
        boolean isFirst(DetectionEvent event) {
            return !event.isCreation() || event.processRef() == null || created.add(event.processRef());
        }

        void add(DetectionEvent event, String subject) {
            hits++;
            EventRow row = event.row();
            machines.add(row.machineId());
            alerts.add(row.machineId() + " " + subject);
            if (examples.size() < MOST_EXAMPLES) {
                String command = event.commandLine();
                examples.add(new DryRunView.Example(
                        row.machineId(),
                        row.get("device_name"),
                        row.time(),
                        row.reportId(),
                        row.get("table_name"),
                        row.get("action_type"),
                        event.image(),
                        command == null || command.length() <= LONGEST_COMMAND
                                ? command
                                : command.substring(0, LONGEST_COMMAND),
                        event.user()));
            }
        }
    }
}

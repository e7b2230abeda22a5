package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.action.LiveResponseRequest;
import io.tocsin.response.investigation.InvestigationService;
import io.tocsin.response.investigation.InvestigationView;
import io.tocsin.response.investigation.StartInvestigationRequest;
import io.tocsin.response.machine.MachineService;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/// What is written down of a run, each method a transaction: whoever dies in one has done nothing, and the next who
/// comes does it (docs/adr/052).
@ApplicationScoped
class RunEngine {

    private static final String ACTOR = "Playbook";
    private static final int MOST_ITEMS = 1_000;

    /// Of a run, branches in branches together: enough for some steps on each machine of a list.
    static final int MOST_STEPS = 10_000;

    /// In ticks.
    private static final long HOUR = 3_600L * 10_000_000L;

    private static final int FAR_TOO_MANY = 2 * MOST_STEPS;
    private static final String FULL = "a run has at most " + MOST_STEPS + " steps";
    private static final String OURS =
            "It failed for a reason of the platform's own, said in its log; it is tried again";

    private final RunRepository runs;
    private final PlaybookRepository playbooks;
    private final PlaybookConfig config;
    private final MachineService machines;
    private final ActionService actions;
    private final InvestigationService investigations;
    private final PlaybookMeters meters;
    private final Audit audit;

    RunEngine(
            RunRepository runs,
            PlaybookRepository playbooks,
            PlaybookConfig config,
            MachineService machines,
            ActionService actions,
            InvestigationService investigations,
            PlaybookMeters meters,
            Audit audit) {
        this.runs = runs;
        this.playbooks = playbooks;
        this.config = config;
        this.machines = machines;
        this.actions = actions;
        this.investigations = investigations;
        this.meters = meters;
        this.audit = audit;
    }

    /// A run with its definition and what of it is open, as it was when it was looked at.
    static final class Taken {

        private final RunRepository.Due run;
        private final Definition definition;
        private final List<RunRepository.StepRow> open;
        private final Set<String> busy = new HashSet<>();
        private int steps;

        Taken(RunRepository.Due run, Definition definition, List<RunRepository.StepRow> open, int steps) {
            this.run = run;
            this.definition = definition;
            this.open = open;
            this.steps = steps;
            open.forEach(row -> busy.addAll(groups(row.scope())));
        }

        RunRepository.Due run() {
            return run;
        }

        Definition definition() {
            return definition;
        }

        List<RunRepository.StepRow> open() {
            return open;
        }

        /// Whether something in one of its branches is open. Nothing but that begins anything in them.
        boolean isBusy(String group) {
            return busy.contains(group);
        }

        boolean hasRoomFor(int more) {
            return steps + more <= MOST_STEPS;
        }

        /// `a.0/`, `a.` and `a.0/b.`, of `a.0/b.1/`: the groups something is in.
        private static List<String> groups(String scope) {
            var groups = new ArrayList<String>();
            for (int end = scope.indexOf('/'); end >= 0; end = scope.indexOf('/', end + 1)) {
                groups.add(scope.substring(0, scope.lastIndexOf('.', end) + 1));
            }
            return groups;
        }
    }

    /// That a run cannot be taken on, now or later.
    static final class UnreadableException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        UnreadableException(String message) {
            super(message);
        }
    }

    @Transactional
    List<RunRepository.Due> takeDue(int most, int share, Map<UUID, Integer> busy, Duration lease) {
        return runs.takeDue(most, share, busy, lease);
    }

    @Transactional
    Optional<RunRepository.Due> keep(RunRepository.Due due, Duration lease) {
        return runs.keep(due, lease);
    }

    /// @throws UnreadableException when nothing can be done with it
    @Transactional
    Taken take(RunRepository.Due due) {
        Definition definition;
        try {
            definition = Definition.read(playbooks
                    .definition(due.tenant(), due.playbook(), due.version())
                    .orElseThrow(() -> new UnreadableException("The version it began with is gone")));
        } catch (ProblemException wrong) {
            throw new UnreadableException("The version it began with cannot be read: " + wrong.getMessage());
        }
        int steps = runs.count(due.tenant(), due.id(), FAR_TOO_MANY);
        if (steps == FAR_TOO_MANY) { // of a release that did not bound them
            throw new UnreadableException("It has more than " + MOST_STEPS + " steps");
        }
        return new Taken(due, definition, runs.open(due.tenant(), due.id()), steps);
    }

    /// Ends a run that cannot be taken on.
    @Transactional
    void fail(RunRepository.Due due, String error) {
        endRun(due.tenant(), due.id(), "Failed", null, error, ACTOR);
    }

    /// Notes that a step is tried again because of us.
    @Transactional
    void note(Taken taken, RunRepository.StepRow row) {
        runs.note(taken.run().tenant(), taken.run().id(), row.id(), OURS);
    }

    @Transactional
    void giveBack(RunRepository.Due due, Duration pause) {
        runs.giveBack(due, pause);
    }

    /// What a step may refer to: what began the run, what it is for, and the steps that ended before it in its branch
    /// and in what that branches from.
    @Transactional
    Context context(Taken taken, RunRepository.StepRow row) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("trigger", taken.run().input());
        root.put("runId", taken.run().id().toString());
        ObjectNode steps = root.putObject("steps");
        Step step = taken.definition().steps().get(row.name());
        if (step.definition().toString().contains("${steps.")) {
            runs.ended(taken.run().tenant(), taken.run().id(), scopes(row.scope()))
                    .forEach(other -> {
                        ObjectNode told = steps.putObject(other.name());
                        told.put("state", other.state().name());
                        told.set("output", other.output());
                    });
        }
        if (row.item() != null) {
            root.set("item", row.item().get("item"));
            root.set("index", row.item().get("index"));
        }
        return new Context(root);
    }

    /// A scope and those it is in: ``, `a.0/` and `a.0/b.1/`.
    private static List<String> scopes(String scope) {
        var scopes = new ArrayList<String>(List.of(""));
        for (int end = scope.indexOf('/'); end >= 0; end = scope.indexOf('/', end + 1)) {
            scopes.add(scope.substring(0, end + 1));
        }
        return scopes;
    }

    /// Ends a step and begins what follows it; both or neither.
    @Transactional
    boolean end(
            Taken taken, RunRepository.StepRow row, StepState state, JsonNode input, JsonNode output, String error) {
        Step step = taken.definition().steps().get(row.name());
        return end(taken, row, state, input, output, error, step.next(state));
    }

    /// Ends an `If`.
    @Transactional
    boolean branch(Taken taken, RunRepository.StepRow row, boolean holds) {
        Step step = taken.definition().steps().get(row.name());
        ObjectNode output = JsonNodeFactory.instance.objectNode().put("holds", holds);
        return end(taken, row, StepState.Succeeded, null, output, null, step.next(holds));
    }

    private boolean end(
            Taken taken,
            RunRepository.StepRow row,
            StepState state,
            JsonNode input,
            JsonNode output,
            String error,
            Optional<String> next) {
        UUID tenant = taken.run().tenant();
        UUID run = taken.run().id();
        WireTime now = WireTime.now();
        boolean full = next.isPresent() && !taken.hasRoomFor(1);
        boolean unhandled = full || state != StepState.Succeeded && next.isEmpty();
        String told = full ? "It does not go on to " + next.get() + ": " + FULL : error;
        if (!runs.lock(tenant, run) || !runs.end(tenant, run, row.id(), state, input, output, told, unhandled, now)) {
            return false;
        }
        if (next.isPresent() && !full) {
            runs.addStep(tenant, run, row.scope(), taken.definition().steps().get(next.get()), row.item(), now);
            taken.steps++;
        }
        meters.step(taken.definition().steps().get(row.name()).type(), state);
        return true;
    }

    /// Begins the branches of a step and has it wait for them; all or nothing.
    ///
    /// @throws IllegalArgumentException when these are too many
    @Transactional
    void fan(Taken taken, RunRepository.StepRow row, List<String> firsts, List<JsonNode> items, JsonNode input) {
        UUID tenant = taken.run().tenant();
        UUID run = taken.run().id();
        if (!taken.hasRoomFor(firsts.size())) {
            throw new IllegalArgumentException("It does not begin " + firsts.size() + " branches: " + FULL);
        }
        if (!runs.lock(tenant, run) || !runs.await(tenant, run, row.id(), null, input, null)) {
            return;
        }
        taken.steps += firsts.size();
        WireTime now = WireTime.now();
        for (int i = 0; i < firsts.size(); i++) {
            ObjectNode item = null;
            if (items.get(i) != null) {
                item = JsonNodeFactory.instance.objectNode();
                item.set("item", items.get(i));
                item.put("index", i);
            }
            runs.addStep(
                    tenant,
                    run,
                    scopeOf(row, i),
                    taken.definition().steps().get(firsts.get(i)),
                    item == null ? row.item() : item,
                    now);
        }
    }

    static String scopeOf(RunRepository.StepRow row, int branch) {
        return row.scope() + row.name() + "." + branch + "/";
    }

    /// Has a step wait.
    @Transactional
    void await(Taken taken, RunRepository.StepRow row, JsonNode input, Duration pause) {
        UUID tenant = taken.run().tenant();
        if (runs.lock(tenant, taken.run().id())) {
            runs.await(tenant, taken.run().id(), row.id(), null, input, pause);
        }
    }

    /// Notes that a call is about to be made; it is not made again before the pause is over.
    @Transactional
    void attempt(Taken taken, RunRepository.StepRow row, JsonNode input, Duration pause) {
        runs.attempt(taken.run().tenant(), taken.run().id(), row.id(), input, pause);
    }

    /// Makes a machine action and has the step wait for it; both or neither, so that it is made once.
    ///
    /// @throws ProblemException when it cannot be made
    @Transactional
    void act(Taken taken, RunRepository.StepRow row, ActionKind kind, ObjectNode input) {
        UUID tenant = taken.run().tenant();
        if (!runs.lock(tenant, taken.run().id())) {
            return;
        }
        Caller caller = caller(tenant);
        var machine = machines.get(caller, input.path("machineId").asText());
        var request = new ActionRequest(
                comment(taken, input),
                text(input, "scope"),
                text(input, "scanType"),
                text(input, "sha1"),
                taken.run().id().toString(),
                null);
        UUID action =
                UUID.fromString(actions.submit(caller, kind, machine, request).id());
        if (!runs.await(tenant, taken.run().id(), row.id(), action, input, null)) {
            throw new IllegalStateException("somebody else made its action"); // and this one is undone
        }
    }

    /// Makes a live response and has the step wait for it; both or neither.
    ///
    /// @throws ProblemException when it cannot be made
    @Transactional
    void respond(Taken taken, RunRepository.StepRow row, ObjectNode input) {
        UUID tenant = taken.run().tenant();
        UUID run = taken.run().id();
        if (!runs.lock(tenant, run)) {
            return;
        }
        var request = new LiveResponseRequest(
                comment(taken, input), Commands.read(input.get("commands"), "commands"), run.toString(), null);
        Caller caller = caller(tenant);
        var machine = machines.get(caller, input.path("machineId").asText());
        UUID action = UUID.fromString(actions.submit(caller, machine, request).id());
        if (!runs.await(tenant, run, row.id(), action, input, null)) {
            throw new IllegalStateException("somebody else made its live response"); // and this one is undone
        }
    }

    /// Starts an investigation, or joins the machine's open one, and has the step wait for its end, or ends it; all or
    /// nothing.
    ///
    /// @return whether it led to something that can be taken on at once
    /// @throws ProblemException when there can be none
    @Transactional
    boolean investigate(Taken taken, RunRepository.StepRow row, ObjectNode input, boolean waits) {
        UUID tenant = taken.run().tenant();
        UUID run = taken.run().id();
        if (!runs.lock(tenant, run)) {
            return false;
        }
        InvestigationView begun = investigations.start(
                caller(tenant), input.path("machineId").asText(), new StartInvestigationRequest(comment(taken, input)));
        boolean won;
        if (waits) {
            won = runs.awaitInvestigation(tenant, run, row.id(), Long.parseLong(begun.id()), input);
        } else {
            ObjectNode output = JsonNodeFactory.instance
                    .objectNode()
                    .put("investigationId", begun.id())
                    .put("state", begun.state());
            won = end(taken, row, StepState.Succeeded, input, output, null);
        }
        if (!won) {
            throw new IllegalStateException("somebody else started its investigation"); // and this one is undone
        }
        return !waits;
    }

    private static String comment(Taken taken, ObjectNode input) {
        return input.path("comment").asText("Playbook run " + taken.run().id());
    }

    Optional<RunRepository.Investigated> investigated(Taken taken, Long investigation) {
        return runs.investigated(taken.run().tenant(), investigation);
    }

    private static String text(ObjectNode node, String property) {
        return node.hasNonNull(property) ? node.get(property).asText() : null;
    }

    RunRepository.Branches branches(Taken taken, String group) {
        return runs.branches(taken.run().tenant(), taken.run().id(), group);
    }

    @Transactional
    RunRepository.Found machines(UUID tenant, String kind, String value) {
        return kind.equals(StepType.OF_INCIDENTS)
                ? runs.machinesOfIncident(tenant, value, MOST_ITEMS)
                : runs.machines(tenant, kind, value, MOST_ITEMS);
    }

    @Transactional
    RunRepository.Found openAlerts(UUID tenant, String title, String machine, String except) {
        return runs.openAlerts(tenant, title, machine, except, MOST_ITEMS);
    }

    /// Ends a run that has nothing open any more, or whose time is over.
    @Transactional
    void settle(RunRepository.Due due) {
        if (!runs.isOpen(due.tenant(), due.id())) {
            Optional<String> failure = runs.failure(due.tenant(), due.id());
            endRun(
                    due.tenant(),
                    due.id(),
                    failure.isPresent() ? "Failed" : "Succeeded",
                    null,
                    failure.orElse(null),
                    ACTOR);
        } else if (due.late()) {
            endRun(due.tenant(), due.id(), "TimedOut", null, "It did not come to an end in time", ACTOR);
        }
    }

    /// @param by who cancels it, else null
    boolean endRun(UUID tenant, UUID run, String state, String by, String error, String actor) {
        boolean won = runs.endRun(tenant, run, state, by, error, WireTime.now());
        if (won) {
            var detail = new LinkedHashMap<String, Object>(Map.of("state", state));
            if (error != null) {
                detail.put("error", error);
            }
            audit.record(
                    tenant, actor, by == null ? "playbook-run.end" : "playbook-run.cancel", run.toString(), detail);
            meters.ended(state);
        }
        return won;
    }

    /// Begins a run, unless its subject has begun one or there were too many in this hour.
    Optional<UUID> start(RunRepository.New it, Definition definition, String actor) {
        Optional<UUID> id = runs.start(it, definition, config.perHour(), WireTime.now());
        if (id.isPresent()) {
            var detail = new LinkedHashMap<String, Object>(Map.of(
                    "playbookId", it.playbook().toString(),
                    "version", it.version(),
                    "trigger", it.trigger(),
                    "dryRun", it.dryRun()));
            if (it.subject() != null) {
                detail.put("subject", it.subject());
            }
            audit.record(it.tenant(), actor, "playbook-run.start", id.get().toString(), detail);
            meters.started(it.trigger());
        } else {
            meters.suppressed();
            suppressed(it, actor);
        }
        return id;
    }

    /// Leaves a trace where it was for the bound of an hour: each is counted at the playbook, the first of an hour is
    /// in
    /// the audit record, which a storm of alerts would fill otherwise.
    private void suppressed(RunRepository.New it, String actor) {
        if (it.subject() != null && runs.isBegun(it)) {
            return;
        }
        WireTime now = WireTime.now();
        boolean first = playbooks
                .suppressed(it.tenant(), it.playbook(), now)
                .map(before -> before.ticks() / HOUR != now.ticks() / HOUR)
                .orElse(true);
        if (first) {
            var detail =
                    new LinkedHashMap<String, Object>(Map.of("trigger", it.trigger(), "perHour", config.perHour()));
            if (it.subject() != null) {
                detail.put("subject", it.subject());
            }
            audit.record(
                    it.tenant(), actor, "playbook-run.suppress", it.playbook().toString(), detail);
        }
    }

    private static Caller caller(UUID tenant) {
        return new Caller(tenant, ACTOR, ACTOR, false, Set.of(), Set.of());
    }

    /// Whether the step is to be tried again, and not to fail: something else is being done on the machine, or the
    /// refusal
    /// itself says to come again, as one for a missing master key does.
    static boolean isPassing(ProblemException refusal) {
        return refusal instanceof RetryLaterException || refusal.type() == ResponseProblem.ACTIVE_REQUEST_EXISTS;
    }
}

package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.audit.Audit;
import io.tocsin.identity.Caller;
import io.tocsin.response.ResponseProblem;
import io.tocsin.response.action.ActionKind;
import io.tocsin.response.action.ActionRequest;
import io.tocsin.response.action.ActionService;
import io.tocsin.response.machine.MachineService;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RetryLaterException;
import io.tocsin.wire.WireTime;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Duration;
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
    private static final Duration SOON = Duration.ofSeconds(2);

    private final RunRepository runs;
    private final PlaybookRepository playbooks;
    private final PlaybookConfig config;
    private final MachineService machines;
    private final ActionService actions;
    private final PlaybookMeters meters;
    private final Audit audit;
    private final ObjectMapper json;

    RunEngine(
            RunRepository runs,
            PlaybookRepository playbooks,
            PlaybookConfig config,
            MachineService machines,
            ActionService actions,
            PlaybookMeters meters,
            Audit audit,
            ObjectMapper json) {
        this.runs = runs;
        this.playbooks = playbooks;
        this.config = config;
        this.machines = machines;
        this.actions = actions;
        this.meters = meters;
        this.audit = audit;
        this.json = json;
    }

    /// A run with its definition and its steps as they were when it was taken.
    record Taken(RunRepository.Due run, Definition definition, List<RunRepository.StepRow> rows) {

        List<RunRepository.StepRow> open() {
            return rows.stream().filter(row -> !row.state().isFinal()).toList();
        }
    }

    @Transactional
    List<RunRepository.Due> takeDue(int most, Duration lease) {
        return runs.takeDue(most, lease);
    }

    @Transactional
    Taken take(RunRepository.Due due) {
        JsonNode definition = playbooks
                .definition(due.tenant(), due.playbook(), due.version())
                .orElseThrow(() -> new IllegalStateException("the version of a run is gone"));
        return new Taken(due, Definition.read(definition), runs.steps(due.tenant(), due.id()));
    }

    @Transactional
    void giveBack(RunRepository.Due due, Duration pause) {
        runs.giveBack(due, pause);
    }

    /// What a step may refer to: what began the run, what it is for, and the steps that ended before it in its branch
    /// and in what that branches from.
    Context context(Taken taken, RunRepository.StepRow row) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.set("trigger", taken.run().input());
        root.put("runId", taken.run().id().toString());
        ObjectNode steps = root.putObject("steps");
        for (RunRepository.StepRow other : taken.rows()) {
            if (other.state().isFinal() && row.scope().startsWith(other.scope())) {
                ObjectNode told = steps.putObject(other.name());
                told.put("state", other.state().name());
                told.set("output", other.output());
            }
        }
        if (row.item() != null) {
            root.set("item", row.item().get("item"));
            root.set("index", row.item().get("index"));
        }
        return new Context(root);
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
        boolean unhandled = state != StepState.Succeeded && next.isEmpty();
        if (!runs.end(tenant, run, row.id(), state, input, output, error, unhandled, now)) {
            return false;
        }
        next.ifPresent(name -> runs.addStep(
                tenant, run, row.scope(), taken.definition().steps().get(name), row.item(), now));
        meters.step(taken.definition().steps().get(row.name()).type(), state);
        return true;
    }

    /// Begins the branches of a step and has it wait for them; all or nothing.
    @Transactional
    void fan(Taken taken, RunRepository.StepRow row, List<String> firsts, List<JsonNode> items, JsonNode input) {
        UUID tenant = taken.run().tenant();
        UUID run = taken.run().id();
        if (!runs.await(tenant, run, row.id(), null, input, null)) {
            return;
        }
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
        runs.await(taken.run().tenant(), taken.run().id(), row.id(), null, input, pause);
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
        Caller caller = caller(tenant);
        var machine = machines.get(caller, input.path("machineId").asText());
        var request = new ActionRequest(
                input.path("comment").asText("Playbook run " + taken.run().id()),
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

    private static String text(ObjectNode node, String property) {
        return node.hasNonNull(property) ? node.get(property).asText() : null;
    }

    Optional<String> actionStatus(Taken taken, RunRepository.StepRow row) {
        return runs.actionStatus(taken.run().tenant(), row.ref());
    }

    @Transactional
    List<String> machines(UUID tenant, String kind, String value) {
        return runs.machines(tenant, kind, value, MOST_ITEMS);
    }

    @Transactional
    List<String> openAlerts(UUID tenant, String title, String machine, String except) {
        return runs.openAlerts(tenant, title, machine, except, MOST_ITEMS);
    }

    /// Ends a run that has nothing open any more, or whose time is over.
    @Transactional
    void settle(RunRepository.Due due) {
        List<RunRepository.StepRow> rows = runs.steps(due.tenant(), due.id());
        boolean open = rows.stream().anyMatch(row -> !row.state().isFinal());
        if (!open) {
            Optional<RunRepository.StepRow> failed = rows.stream()
                    .filter(row -> row.unhandled() && row.scope().isEmpty())
                    .findFirst();
            endRun(
                    due.tenant(),
                    due.id(),
                    failed.isPresent() ? "Failed" : "Succeeded",
                    null,
                    failed.map(row -> "Step " + row.name() + " ended as " + row.state())
                            .orElse(null),
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
        }
        return id;
    }

    static Duration soon() {
        return SOON;
    }

    JsonNode tree(Object value) {
        return json.valueToTree(value);
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

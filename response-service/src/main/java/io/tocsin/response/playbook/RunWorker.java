package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.logging.Log;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// Takes the open steps of a run on. No transaction is open while a call is made.
@ApplicationScoped
class RunWorker {

    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LATER = Duration.ofSeconds(1);

    /// No later than that a deadline is seen.
    private static final Duration MUCH_LATER = Duration.ofSeconds(10);
    private static final int MOST_CALLS = 5;

    private final RunEngine engine;
    private final PartnerCalls partners;
    private final PeerCalls peers;
    private final LiveResults results;
    private final Duration lease;
    private final Duration busy;

    RunWorker(RunEngine engine, PartnerCalls partners, PeerCalls peers, LiveResults results, PlaybookConfig config) {
        this.engine = engine;
        this.partners = partners;
        this.peers = peers;
        this.results = results;
        this.lease = config.lease();
        // What is begun last, a call, ends within the lease.
        this.busy = lease.dividedBy(3);
    }

    /// Looks at it until nothing can be done at once, or it was long enough, and gives it back.
    void work(RunRepository.Due due) {
        long end = System.nanoTime() + busy.toNanos();
        Optional<RunRepository.Due> next = Optional.of(due);
        while (next.isPresent()) {
            RunRepository.Due it = next.get();
            Duration pause = look(it, end);
            if (!pause.isZero() || System.nanoTime() > end) {
                engine.giveBack(it, pause);
                return;
            }
            next = engine.keep(it, lease);
        }
    }

    /// @return how long nothing can be done with it
    private Duration look(RunRepository.Due due, long end) {
        if (due.late()) { // whatever it would do
            engine.settle(due);
            return LATER;
        }
        RunEngine.Taken taken;
        try {
            taken = engine.take(due);
        } catch (RunEngine.UnreadableException unreadable) {
            engine.fail(due, unreadable.getMessage());
            return LATER;
        }
        boolean moved = false;
        for (RunRepository.StepRow row : taken.open()) {
            if (System.nanoTime() > end) {
                break;
            }
            moved |= look(taken, row);
        }
        engine.settle(due);
        return moved ? AT_ONCE : isForLong(taken) ? MUCH_LATER : LATER;
    }

    private boolean look(RunEngine.Taken taken, RunRepository.StepRow row) {
        try {
            return step(taken, row);
        } catch (RuntimeException failed) {
            // Whatever it was has not been written down: it is done again.
            Log.warnf(
                    failed,
                    "A step was not taken on, will be tried again: run=%s step=%s",
                    taken.run().id(),
                    row.name());
            note(taken, row);
            return false;
        }
    }

    private void note(RunEngine.Taken taken, RunRepository.StepRow row) {
        try {
            engine.note(taken, row);
        } catch (RuntimeException alsoFailed) {
            Log.debugf(
                    alsoFailed, "A failure was not noted: run=%s", taken.run().id());
        }
    }

    /// Whether all that is open waits for a person, who wakes the run, for an investigation, which takes its time, or
    /// for
    /// branches that do.
    private static boolean isForLong(RunEngine.Taken taken) {
        return taken.open().stream()
                .allMatch(row -> row.state() == StepState.Waiting
                        && switch (taken.definition().steps().get(row.name()).type()) {
                            case Approval, Parallel, ForEach, StartInvestigation -> row.decision() == null;
                            default -> false;
                        });
    }

    /// @return whether it led to something that can be taken on at once
    private boolean step(RunEngine.Taken taken, RunRepository.StepRow row) {
        Step step = taken.definition().steps().get(row.name());
        boolean over = step.type() == StepType.Wait && row.state() == StepState.Waiting && row.due();
        if (row.late() && !over) {
            return engine.end(taken, row, StepState.TimedOut, null, null, "It did not end in time");
        }
        try {
            return row.state() == StepState.Ready ? begin(taken, row, step) : go(taken, row, step);
        } catch (Context.NothingThereException | IllegalArgumentException wrong) {
            return engine.end(taken, row, StepState.Failed, null, null, wrong.getMessage());
        } catch (ProblemException refusal) {
            return !RunEngine.isPassing(refusal)
                    && engine.end(taken, row, StepState.Failed, null, null, refusal.getMessage());
        }
    }

    private boolean begin(RunEngine.Taken taken, RunRepository.StepRow row, Step step) {
        Context context = engine.context(taken, row);
        if (taken.run().dryRun() && step.type().hasEffect()) {
            ObjectNode input = input(step, context);
            return engine.end(taken, row, StepState.Succeeded, input, dry(), null);
        }
        return switch (step.type()) {
            case If ->
                engine.branch(
                        taken,
                        row,
                        Condition.read(step.get("condition"), step.name()).holds(context));
            case Action -> {
                engine.act(taken, row, Definition.kind(step).orElseThrow(), input(step, context));
                yield false;
            }
            case LiveResponse -> {
                engine.respond(taken, row, input(step, context));
                yield false;
            }
            case StartInvestigation -> {
                ObjectNode input = input(step, context);
                yield engine.investigate(taken, row, input, input.path("wait").asBoolean(true));
            }
            case Approval -> {
                if (taken.run().dryRun()) {
                    yield engine.end(taken, row, StepState.Succeeded, input(step, context), dry(), null);
                }
                engine.await(taken, row, input(step, context), null);
                yield false;
            }
            case Wait -> {
                Duration pause = taken.run().dryRun()
                        ? Duration.ZERO
                        : Duration.parse(step.get("duration").asText());
                engine.await(taken, row, null, pause);
                yield taken.run().dryRun();
            }
            case Parallel -> {
                List<String> branches = step.branches();
                engine.fan(taken, row, branches, Collections.nCopies(branches.size(), null), null);
                yield true;
            }
            case ForEach -> each(taken, row, step, context);
            case FindMachines -> {
                ObjectNode input = input(step, context);
                RunRepository.Found found = engine.machines(
                        taken.run().tenant(),
                        input.get("kind").asText(),
                        input.get("value").asText());
                yield engine.end(taken, row, StepState.Succeeded, input, list("machineIds", found), null);
            }
            case FindAlerts -> {
                ObjectNode input = input(step, context);
                RunRepository.Found found = engine.openAlerts(
                        taken.run().tenant(),
                        input.get("title").asText(),
                        input.path("machineId").asText(null),
                        input.path("except").asText(null));
                yield engine.end(taken, row, StepState.Succeeded, input, list("alertIds", found), null);
            }
            case Http, Indicator, UpdateAlert -> call(taken, row, step, context);
        };
    }

    private boolean each(RunEngine.Taken taken, RunRepository.StepRow row, Step step, Context context) {
        JsonNode items = context.filled(step.get("items"));
        if (taken.run().dryRun() && !items.isArray()) { // of a step that was left out: nobody knows how many
            items = JsonNodeFactory.instance.arrayNode();
        }
        if (!items.isArray()) {
            throw new IllegalArgumentException("items is no list");
        }
        if (items.size() > 1_000) {
            throw new IllegalArgumentException("items has more than 1000");
        }
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        input.set("items", items);
        if (items.isEmpty()) {
            return engine.end(taken, row, StepState.Succeeded, input, branches(0, 0), null);
        }
        var values = new ArrayList<JsonNode>();
        items.forEach(values::add);
        engine.fan(
                taken, row, Collections.nCopies(values.size(), step.get("step").asText()), values, input);
        return true;
    }

    /// A call is noted before it is made, and made again with the same key when nobody noted how it ended.
    private boolean call(RunEngine.Taken taken, RunRepository.StepRow row, Step step, Context context) {
        if (!row.due()) {
            return false;
        }
        ObjectNode input = input(step, context);
        Duration pause = Duration.ofSeconds(1L << Math.min(row.attempts(), MOST_CALLS));
        engine.attempt(taken, row, input, pause);
        Call.Outcome outcome = step.type() == StepType.Http
                ? partners.call(taken.run().tenant(), row.id(), input, step.get("headers"), context)
                : peers.call(taken.run().tenant(), row.id(), step.type(), input, row.begun());
        boolean again = outcome.isPassing() && row.attempts() + 1 < MOST_CALLS;
        return !again
                && engine.end(
                        taken,
                        row,
                        outcome.error() == null ? StepState.Succeeded : StepState.Failed,
                        null,
                        outcome.output(),
                        outcome.error());
    }

    private boolean go(RunEngine.Taken taken, RunRepository.StepRow row, Step step) {
        return switch (step.type()) {
            case Action, LiveResponse -> ofAction(taken, row, step);
            case StartInvestigation -> ofInvestigation(taken, row);
            case Approval -> {
                if (row.decision() == null) {
                    yield false;
                }
                ObjectNode output = JsonNodeFactory.instance.objectNode().put("decidedBy", row.decidedBy());
                yield engine.end(
                        taken,
                        row,
                        row.decision().equals("Approved") ? StepState.Succeeded : StepState.Rejected,
                        null,
                        output,
                        null);
            }
            case Wait -> row.due() && engine.end(taken, row, StepState.Succeeded, null, null, null);
            case Parallel, ForEach -> ofBranches(taken, row);
            default -> throw new IllegalStateException(step.type() + " waits for nothing");
        };
    }

    private boolean ofAction(RunEngine.Taken taken, RunRepository.StepRow row, Step step) {
        String status = row.action();
        if ("Pending".equals(status) || "InProgress".equals(status)) {
            return false;
        }
        ObjectNode output = JsonNodeFactory.instance
                .objectNode()
                .put("actionId", row.ref().toString())
                .put("status", status);
        if (step.type() == StepType.LiveResponse) {
            output.set("commands", results.of(taken.run().tenant(), row.ref()));
        }
        boolean well = "Succeeded".equals(status);
        return engine.end(
                taken,
                row,
                well ? StepState.Succeeded : StepState.Failed,
                null,
                output,
                well ? null : "The machine action ended as " + (status == null ? "nothing" : status));
    }

    private boolean ofInvestigation(RunEngine.Taken taken, RunRepository.StepRow row) {
        Optional<RunRepository.Investigated> ended = engine.investigated(taken, row.investigation());
        if (ended.isPresent() && ended.get().isOpen()) {
            return false;
        }
        ObjectNode output = JsonNodeFactory.instance
                .objectNode()
                .put("investigationId", row.investigation().toString())
                .put("state", ended.map(RunRepository.Investigated::state).orElse(null));
        ObjectNode verdicts = output.putObject("verdicts");
        ended.ifPresent(it -> it.verdicts().forEach(verdicts::put));
        boolean well = ended.isPresent() && ended.get().isWell();
        String told = "The investigation ended as "
                + ended.map(it -> it.details() == null ? it.state() : it.state() + ": " + it.details())
                        .orElse("nothing");
        return engine.end(taken, row, well ? StepState.Succeeded : StepState.Failed, null, output, well ? null : told);
    }

    private boolean ofBranches(RunEngine.Taken taken, RunRepository.StepRow row) {
        String group = row.scope() + row.name() + ".";
        if (taken.isBusy(group)) {
            return false;
        }
        RunRepository.Branches ended = engine.branches(taken, group);
        return engine.end(
                taken,
                row,
                ended.failed() == 0 ? StepState.Succeeded : StepState.Failed,
                null,
                branches(ended.all(), ended.failed()),
                ended.failed() == 0 ? null : ended.failed() + " of " + ended.all() + " branches failed");
    }

    private static ObjectNode branches(long all, long failed) {
        return JsonNodeFactory.instance.objectNode().put("branches", all).put("failed", failed);
    }

    private static ObjectNode dry() {
        return JsonNodeFactory.instance.objectNode().put("dryRun", true);
    }

    private static ObjectNode list(String name, RunRepository.Found found) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        found.values().forEach(output.putArray(name)::add);
        return output.put("count", found.values().size())
                .put("total", found.total())
                .put("truncated", found.total() > found.values().size());
    }

    /// What the step is told, its references replaced; secrets stay what they are called.
    private static ObjectNode input(Step step, Context context) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        step.definition().properties().forEach(property -> {
            String name = property.getKey();
            boolean told = step.type().needed().contains(name)
                    || step.type().possible().contains(name);
            if (told && !property.getValue().isNull()) {
                input.set(
                        name,
                        name.equals("headers")
                                ? PartnerCalls.shown(property.getValue(), context)
                                : context.filled(property.getValue()));
            }
        });
        return input;
    }
}

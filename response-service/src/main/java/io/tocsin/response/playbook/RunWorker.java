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

    /// Longer than all calls of a look may take together: see [#BUSY].
    static final Duration LEASE = Duration.ofSeconds(90);

    private static final Duration BUSY = Duration.ofSeconds(30);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LATER = Duration.ofSeconds(1);

    /// No later than that a deadline is seen.
    private static final Duration MUCH_LATER = Duration.ofSeconds(10);
    private static final int MOST_CALLS = 5;

    private final RunEngine engine;
    private final PartnerCalls partners;
    private final PeerCalls peers;

    RunWorker(RunEngine engine, PartnerCalls partners, PeerCalls peers) {
        this.engine = engine;
        this.partners = partners;
        this.peers = peers;
    }

    void work(RunRepository.Due due) {
        long end = System.nanoTime() + BUSY.toNanos();
        boolean moved = false;
        RunEngine.Taken taken = engine.take(due);
        for (RunRepository.StepRow row : due.late() ? List.<RunRepository.StepRow>of() : taken.open()) {
            if (System.nanoTime() > end) {
                break;
            }
            try {
                moved |= step(taken, row);
            } catch (RuntimeException failed) {
                // Whatever it was has not been written down: it is done again.
                Log.warnf(failed, "A step was not taken on, will be tried again: run=%s step=%s", due.id(), row.name());
            }
        }
        engine.settle(due);
        engine.giveBack(due, moved ? AT_ONCE : isForPeople(taken) ? MUCH_LATER : LATER);
    }

    /// Whether all that is open waits for a person, who wakes the run, or for branches that do.
    private static boolean isForPeople(RunEngine.Taken taken) {
        return taken.open().stream()
                .allMatch(row -> row.state() == StepState.Waiting
                        && switch (taken.definition().steps().get(row.name()).type()) {
                            case Approval, Parallel, ForEach -> row.decision() == null;
                            default -> false;
                        });
    }

    /// @return whether it led to something that can be taken on at once
    private boolean step(RunEngine.Taken taken, RunRepository.StepRow row) {
        if (row.late()) {
            return engine.end(taken, row, StepState.TimedOut, null, null, "It did not end in time");
        }
        Step step = taken.definition().steps().get(row.name());
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
                List<String> found = engine.machines(
                        taken.run().tenant(),
                        input.get("kind").asText(),
                        input.get("value").asText());
                yield engine.end(taken, row, StepState.Succeeded, input, list("machineIds", found), null);
            }
            case FindAlerts -> {
                ObjectNode input = input(step, context);
                List<String> found = engine.openAlerts(
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
                ? partners.call(taken.run().tenant(), row.id(), input)
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
            case Action -> ofAction(taken, row);
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
            case Parallel, ForEach -> ofBranches(taken, row, step);
            default -> throw new IllegalStateException(step.type() + " waits for nothing");
        };
    }

    private boolean ofAction(RunEngine.Taken taken, RunRepository.StepRow row) {
        Optional<String> status = engine.actionStatus(taken, row);
        if (status.filter(it -> it.equals("Pending") || it.equals("InProgress")).isPresent()) {
            return false;
        }
        ObjectNode output = JsonNodeFactory.instance
                .objectNode()
                .put("actionId", row.ref().toString())
                .put("status", status.orElse(null));
        boolean well = status.filter("Succeeded"::equals).isPresent();
        return engine.end(
                taken,
                row,
                well ? StepState.Succeeded : StepState.Failed,
                null,
                output,
                well ? null : "The machine action ended as " + status.orElse("nothing"));
    }

    private boolean ofBranches(RunEngine.Taken taken, RunRepository.StepRow row, Step step) {
        String scope = row.scope() + row.name() + ".";
        List<RunRepository.StepRow> inside =
                taken.rows().stream().filter(it -> it.scope().startsWith(scope)).toList();
        if (inside.stream().anyMatch(it -> !it.state().isFinal())) {
            return false;
        }
        long branches = inside.stream().map(it -> branch(it, scope)).distinct().count();
        long failed = inside.stream()
                .filter(RunRepository.StepRow::unhandled)
                .map(it -> branch(it, scope))
                .distinct()
                .count();
        return engine.end(
                taken,
                row,
                failed == 0 ? StepState.Succeeded : StepState.Failed,
                null,
                branches(branches, failed),
                failed == 0 ? null : failed + " of " + branches + " branches failed");
    }

    /// The number of the branch of a group that a step is in.
    private static String branch(RunRepository.StepRow row, String scope) {
        return row.scope().substring(scope.length(), row.scope().indexOf('/', scope.length()));
    }

    private static ObjectNode branches(long all, long failed) {
        return JsonNodeFactory.instance.objectNode().put("branches", all).put("failed", failed);
    }

    private static ObjectNode dry() {
        return JsonNodeFactory.instance.objectNode().put("dryRun", true);
    }

    private static ObjectNode list(String name, List<String> values) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        values.forEach(output.putArray(name)::add);
        return output.put("count", values.size());
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
                                ? headers(property.getValue(), context)
                                : context.filled(property.getValue()));
            }
        });
        return input;
    }

    private static JsonNode headers(JsonNode headers, Context context) {
        ObjectNode filled = JsonNodeFactory.instance.objectNode();
        headers.properties().forEach(header -> {
            String text = header.getValue().asText();
            filled.put(header.getKey(), text.contains("${secret.") ? text : context.text(header.getValue()));
        });
        return filled;
    }
}

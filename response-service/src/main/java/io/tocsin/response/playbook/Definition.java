package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.identity.Permission;
import io.tocsin.response.action.ActionKind;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// What a playbook does, checked: every step is reached from the start, none leads back, and each says what it needs
/// (docs/api.md).
record Definition(String start, Map<String, Step> steps, List<Trigger> triggers, Duration timeout, ObjectNode source) {

    static final int MOST_STEPS = 200;
    private static final int MOST_APPROVALS = 5;
    private static final int LONGEST = 256 * 1024;
    private static final Duration LONGEST_RUN = Duration.ofDays(30);

    /// A wait that lasts as long as it may is over before it is late.
    private static final Duration AFTER_A_WAIT = Duration.ofMinutes(5);

    private static final Duration DEFAULT_RUN = Duration.ofDays(7);
    private static final Set<String> EVERY_STEP =
            Set.of("type", "name", "next", "onFailure", "onTimeout", "timeout", "description");
    private static final Set<String> KNOWN = Set.of("start", "steps", "triggers", "timeout");
    private static final Set<String> METHODS = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> KINDS = Set.of("File", "Domain", "Ip", StepType.OF_INCIDENTS);

    /// The actions a step may ask for.
    static final Set<ActionKind> ACTIONS = EnumSet.of(
            ActionKind.Isolate,
            ActionKind.Unisolate,
            ActionKind.RestrictCodeExecution,
            ActionKind.UnrestrictCodeExecution,
            ActionKind.RunAntiVirusScan,
            ActionKind.StopAndQuarantineFile,
            ActionKind.CollectInvestigationPackage);

    /// @throws ProblemException 400, saying where and what is wrong
    static Definition read(JsonNode node) {
        if (!(node instanceof ObjectNode source)) {
            throw PlaybookProblem.at("definition", "is no object");
        }
        if (source.toString().length() > LONGEST) {
            throw PlaybookProblem.at("definition", "is longer than " + LONGEST);
        }
        unknown(source, KNOWN, "definition");
        JsonNode steps = source.path("steps");
        if (!steps.isObject() || steps.isEmpty() || steps.size() > MOST_STEPS) {
            throw PlaybookProblem.at("steps", "is no object of 1 to " + MOST_STEPS + " steps");
        }
        Map<String, Step> read = new LinkedHashMap<>();
        steps.properties().forEach(step -> read.put(step.getKey(), step(step.getKey(), step.getValue())));
        String start = source.path("start").asText();
        if (!read.containsKey(start)) {
            throw PlaybookProblem.at("start", "names no step");
        }
        read.values()
                .forEach(step -> step.leadsTo().stream()
                        .filter(name -> !read.containsKey(name))
                        .findFirst()
                        .ifPresent(name -> {
                            throw PlaybookProblem.at("steps." + step.name(), "leads to " + name + ", which is no step");
                        }));
        reach(start, read);
        Duration timeout = duration(source.get("timeout"), "timeout", DEFAULT_RUN, LONGEST_RUN);
        return new Definition(start, Map.copyOf(read), Trigger.readAll(source.get("triggers")), timeout, source);
    }

    /// No step comes twice, so that each run ends; each is reached, so that nothing is written in vain.
    private static void reach(String start, Map<String, Step> steps) {
        Map<String, Boolean> done = new HashMap<>();
        visit(start, steps, done);
        steps.keySet().stream()
                .filter(name -> !done.containsKey(name))
                .findFirst()
                .ifPresent(name -> {
                    throw PlaybookProblem.at("steps." + name, "is reached from nowhere");
                });
    }

    private static void visit(String name, Map<String, Step> steps, Map<String, Boolean> done) {
        Boolean seen = done.get(name);
        if (Boolean.FALSE.equals(seen)) {
            throw PlaybookProblem.at("steps." + name, "leads back to itself");
        }
        if (seen != null) {
            return;
        }
        done.put(name, false);
        steps.get(name).leadsTo().forEach(next -> visit(next, steps, done));
        done.put(name, true);
    }

    private static Step step(String name, JsonNode node) {
        String place = "steps." + name;
        if (!name.matches("[A-Za-z][A-Za-z0-9_-]{0,63}")) {
            throw PlaybookProblem.at("steps", "has a name that is none: letters, digits, _ and -, 64 at most");
        }
        if (!(node instanceof ObjectNode definition)) {
            throw PlaybookProblem.at(place, "is no object");
        }
        StepType type = Arrays.stream(StepType.values())
                .filter(it -> it.name().equals(definition.path("type").asText()))
                .findFirst()
                .orElseThrow(
                        () -> PlaybookProblem.at(place + ".type", "is none of " + Arrays.toString(StepType.values())));
        type.needed().stream()
                .filter(it -> !definition.hasNonNull(it))
                .sorted()
                .findFirst()
                .ifPresent(it -> {
                    throw PlaybookProblem.at(place, "lacks " + it);
                });
        var known = new HashSet<>(EVERY_STEP);
        known.addAll(type.needed());
        known.addAll(type.possible());
        if (type == StepType.Approval) {
            known.add("onRejected");
        }
        unknown(definition, known, place);
        for (String link : Step.LINKS) {
            if (definition.hasNonNull(link) && !definition.get(link).isTextual()) {
                throw PlaybookProblem.at(place + "." + link, "is no name of a step");
            }
        }
        Duration timeout = duration(definition.get("timeout"), place + ".timeout", type.timeout(), LONGEST_RUN);
        var step = new Step(name, type, definition, timeout);
        check(step, place);
        return type == StepType.Wait ? new Step(name, type, definition, timeout.plus(AFTER_A_WAIT)) : step;
    }

    private static void check(Step step, String place) {
        switch (step.type()) {
            case Action -> {
                if (kind(step).isEmpty()) {
                    throw PlaybookProblem.at(
                            place + ".action",
                            "is none of " + ACTIONS.stream().map(Enum::name).toList());
                }
            }
            case LiveResponse -> Commands.check(step.get("commands"), place + ".commands");
            case StartInvestigation -> {
                if (step.has("wait") && !step.get("wait").isBoolean()) {
                    throw PlaybookProblem.at(place + ".wait", "is neither true nor false");
                }
            }
            case If -> Condition.read(step.get("condition"), place + ".condition");
            case Parallel -> {
                JsonNode branches = step.get("branches");
                if (!branches.isArray() || branches.isEmpty() || branches.size() > 20) {
                    throw PlaybookProblem.at(place + ".branches", "is no list of 1 to 20 steps");
                }
                branches.forEach(branch -> {
                    if (!branch.isTextual()) {
                        throw PlaybookProblem.at(place + ".branches", "holds what is no name of a step");
                    }
                });
            }
            case ForEach -> {
                if (!step.get("items").isArray() && !step.get("items").isTextual()) {
                    throw PlaybookProblem.at(place + ".items", "is neither a list nor a reference");
                }
            }
            case Wait -> duration(step.get("duration"), place + ".duration", null, step.timeout());
            case Http -> {
                if (!METHODS.contains(step.get("method").asText())) {
                    throw PlaybookProblem.at(
                            place + ".method",
                            "is none of " + METHODS.stream().sorted().toList());
                }
                if (step.get("url").asText().contains("${secret.")) {
                    throw PlaybookProblem.at(place + ".url", "holds a secret, which would be in everybody's log");
                }
                if (step.has("headers") && !step.get("headers").isObject()) {
                    throw PlaybookProblem.at(place + ".headers", "is no object");
                }
            }
            case FindMachines -> {
                if (!KINDS.contains(step.get("kind").asText())) {
                    throw PlaybookProblem.at(
                            place + ".kind",
                            "is none of " + KINDS.stream().sorted().toList());
                }
            }
            case Approval -> {
                if (step.has("permission") && permission(step).isEmpty()) {
                    throw PlaybookProblem.at(place + ".permission", "is no permission");
                }
                JsonNode approvals = step.get("approvals");
                if (step.has("approvals")
                        && (!approvals.isInt() || approvals.asInt() < 1 || approvals.asInt() > MOST_APPROVALS)) {
                    throw PlaybookProblem.at(place + ".approvals", "is no number from 1 to " + MOST_APPROVALS);
                }
            }
            case Indicator, UpdateAlert, FindAlerts -> {
                // whatever is wrong with their values is known when these are
            }
        }
    }

    /// That nothing refers to what there cannot be. It is asked when a definition is written or run by hand: one that
    /// was
    /// stored before is still read.
    ///
    /// @throws ProblemException 400, saying where and what is wrong
    void requireReferences() {
        steps.values()
                .forEach(step -> step.definition().properties().forEach(property -> {
                    String place = "steps." + step.name() + "." + property.getKey();
                    if (!property.getKey().equals("description")) {
                        boolean secrets = step.type() == StepType.Http
                                && property.getKey().equals("headers");
                        texts(property.getValue()).forEach(text -> requireReferences(text, place, secrets));
                    }
                }));
        texts(source.path("triggers"))
                .flatMap(text -> Context.references(text).stream())
                .filter(reference -> !reference.startsWith("trigger."))
                .findFirst()
                .ifPresent(reference -> {
                    throw PlaybookProblem.at("triggers", "refers to ${" + reference + "}, which is not of the trigger");
                });
    }

    private void requireReferences(String text, String place, boolean secrets) {
        for (String reference : Context.references(text)) {
            String[] parts = reference.split("\\.");
            boolean known = parts.length > 0
                    && switch (parts[0]) {
                        case "trigger", "item", "index", "runId" -> true;
                        case "secret" -> secrets;
                        case "steps" -> parts.length > 1 && steps.containsKey(parts[1]);
                        default -> false;
                    };
            if (!known) {
                throw PlaybookProblem.at(
                        place,
                        "refers to ${" + reference
                                + "}, which is nothing here: trigger, steps of this playbook, item, index, runId, and in headers of Http secret");
            }
        }
    }

    private static Stream<String> texts(JsonNode node) {
        return node.isTextual()
                ? Stream.of(node.textValue())
                : node.valueStream().flatMap(Definition::texts);
    }

    static Optional<ActionKind> kind(Step step) {
        return ACTIONS.stream()
                .filter(kind -> kind.name().equals(step.get("action").asText()))
                .findFirst();
    }

    static Optional<Permission> permission(Step step) {
        String name = step.get("permission").asText();
        return Arrays.stream(Permission.values())
                .filter(it -> it.applicationName().equalsIgnoreCase(name))
                .findFirst();
    }

    /// What whoever writes it down must be allowed to do, and to read, himself.
    Set<Permission> permissions() {
        var needed = EnumSet.noneOf(Permission.class);
        steps.values().forEach(step -> {
            switch (step.type()) {
                case Action -> needed.add(kind(step).orElseThrow().permission());
                case LiveResponse -> needed.add(Permission.MACHINE_LIVE_RESPONSE);
                case StartInvestigation -> needed.add(Permission.ALERT_READ_WRITE);
                case Indicator -> needed.add(Permission.TI_READ_WRITE);
                case UpdateAlert -> needed.add(Permission.ALERT_READ_WRITE);
                case FindAlerts -> needed.add(Permission.ALERT_READ);
                case FindMachines ->
                    needed.addAll(step.type().shows(step.get("kind").asText()));
                default -> {
                    // changes nothing that is somebody's
                }
            }
        });
        triggers.forEach(trigger -> {
            switch (trigger.type()) {
                case Alert, IndicatorMatch -> needed.add(Permission.ALERT_READ);
                case Incident -> needed.add(Permission.INCIDENT_READ);
                case Schedule -> {
                    // shows nothing
                }
            }
        });
        return needed;
    }

    static void unknown(ObjectNode node, Set<String> known, String place) {
        var names = new ArrayList<String>();
        node.fieldNames().forEachRemaining(names::add);
        names.stream().filter(name -> !known.contains(name)).findFirst().ifPresent(name -> {
            throw PlaybookProblem.at(place, "has " + name + ", which means nothing there");
        });
    }

    static Duration duration(JsonNode node, String place, Duration otherwise, Duration longest) {
        if (node == null || node.isNull()) {
            if (otherwise != null) {
                return otherwise;
            }
            throw PlaybookProblem.at(place, "is missing");
        }
        try {
            Duration duration = Duration.parse(node.asText());
            if (duration.compareTo(Duration.ofSeconds(1)) >= 0 && duration.compareTo(longest) <= 0) {
                return duration;
            }
        } catch (DateTimeParseException notOne) {
            // refused below
        }
        throw new ProblemException(
                CommonProblem.INVALID_INPUT, place + " is no duration like PT5M between PT1S and " + longest);
    }
}

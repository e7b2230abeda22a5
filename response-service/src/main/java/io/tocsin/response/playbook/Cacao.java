package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/// Playbooks as CACAO 2.0 (OASIS) says them. What both can say is said by its words; each step carries ours in an
/// extension beside, so that what we wrote comes back whole. What gets lost either way is named.
@ApplicationScoped
class Cacao {

    /// Made once for this extension, and for good.
    static final String EXTENSION = "extension-definition--5b7a1d52-6a0b-4d0e-8f3e-2c6d9a1b7e40";

    private static final String VERSION = "cacao-2.0";
    private static final String SYSTEM = "http-api--6f0d3a2e-94c5-4c8e-a7d1-0b5e8c7f1a23";
    private static final String PERSON = "individual--0c2b5e9a-71d4-4f6a-9b80-3d1f6e2a4c57";

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /// A playbook that was read.
    ///
    /// @param losses what of it means nothing here
    record Imported(PlaybookRequest request, List<String> losses) {}

    /// In CACAO's words.
    ExportedPlaybook write(PlaybookView playbook) {
        Definition definition = Definition.read(playbook.definition());
        Set<String> losses = new LinkedHashSet<>();
        UUID base = UUID.fromString(playbook.id());
        ObjectNode document = NODES.objectNode()
                .put("type", "playbook")
                .put("spec_version", VERSION)
                .put("id", "playbook--" + playbook.id())
                .put("name", playbook.name())
                .put("description", playbook.description() == null ? "" : playbook.description())
                .put("created_by", "identity--" + id(base, "identity"))
                .put("created", playbook.createdTime().toString())
                .put("modified", playbook.lastUpdateTime().toString())
                .put("revoked", false);
        document.putArray("playbook_types").add("mitigation");
        document.put("workflow_start", "start--" + id(base, "start"));
        ObjectNode workflow = document.putObject("workflow");
        workflow.putObject("start--" + id(base, "start"))
                .put("type", "start")
                .put("on_completion", key(base, definition, definition.start()));
        String end = "end--" + id(base, "end");
        definition
                .steps()
                .values()
                .forEach(step ->
                        workflow.set(key(base, definition, step.name()), step(base, definition, step, end, losses)));
        workflow.putObject(end).put("type", "end");
        ObjectNode agents = document.putObject("agent_definitions");
        agents.putObject(SYSTEM).put("type", "http-api").put("name", "Tocsin");
        agents.putObject(PERSON).put("type", "individual").put("name", "Whoever may approve");
        ObjectNode extension = document.putObject("extension_definitions").putObject(EXTENSION);
        extension
                .put("type", "extension-definition")
                .put("name", "Tocsin step")
                .put("description", "The step as Tocsin has it")
                .put("created_by", "identity--" + id(base, "identity"))
                .put("schema", "https://tocsin.example/playbook-step")
                .put("version", "1");
        ObjectNode ours = document.putObject("playbook_extensions").putObject(EXTENSION);
        ours.set("triggers", playbook.definition().path("triggers"));
        ours.put("start", definition.start());
        if (!definition.triggers().isEmpty()) {
            losses.add("triggers: CACAO has no events that begin a playbook");
        }
        return new ExportedPlaybook(document, List.copyOf(losses));
    }

    private ObjectNode step(UUID base, Definition definition, Step step, String end, Set<String> losses) {
        ObjectNode told = NODES.objectNode().put("name", step.name());
        String next = step.has("next") ? key(base, definition, step.get("next").asText()) : end;
        switch (step.type()) {
            case If -> {
                told.put("type", "if-condition").put("condition", pattern(step, losses));
                told.put(
                        "on_true",
                        step.has("then")
                                ? key(base, definition, step.get("then").asText())
                                : next);
                told.put(
                        "on_false",
                        step.has("otherwise")
                                ? key(base, definition, step.get("otherwise").asText())
                                : next);
                told.put("on_completion", next);
            }
            case Parallel -> {
                told.put("type", "parallel").put("on_completion", next);
                ArrayNode branches = told.putArray("next_steps");
                step.branches().forEach(name -> branches.add(key(base, definition, name)));
            }
            case ForEach -> {
                losses.add(step.name() + ": CACAO has no loop over a list; its while-condition names what is repeated");
                told.put("type", "while-condition")
                        .put("condition", "$$items$$:value != ''")
                        .put("on_true", key(base, definition, step.get("step").asText()))
                        .put("on_completion", next);
            }
            case Wait -> {
                told.put("type", "action").put("on_completion", next);
                told.put("delay", Duration.parse(step.get("duration").asText()).toMillis());
                told.put("agent", PERSON);
                told.putArray("commands").addObject().put("type", "manual").put("command", "Wait");
            }
            case Approval -> {
                told.put("type", "action").put("on_success", next);
                told.put("on_failure", failure(base, definition, step, "onRejected", end));
                told.put("agent", PERSON);
                told.putArray("commands")
                        .addObject()
                        .put("type", "manual")
                        .put("command", "Approve: " + step.get("message").asText());
                losses.add(step.name() + ": who may approve is not said in CACAO");
            }
            default -> {
                told.put("type", "action").put("on_success", next);
                told.put("on_failure", failure(base, definition, step, "onFailure", end));
                told.put("agent", SYSTEM);
                command(told.putArray("commands").addObject(), step);
                if (step.definition().toString().contains("${")) {
                    losses.add(step.name() + ": its references (${…}) are Tocsin's");
                }
            }
        }
        told.put("timeout", step.timeout().toMillis());
        ObjectNode ours = told.putObject("step_extensions").putObject(EXTENSION);
        ours.setAll(step.definition());
        return told;
    }

    private String failure(UUID base, Definition definition, Step step, String property, String end) {
        String name = step.has(property) ? property : "onFailure";
        return step.has(name) ? key(base, definition, step.get(name).asText()) : end;
    }

    /// A call of ours is a call of the partner API, which whoever reads CACAO can make.
    private static void command(ObjectNode command, Step step) {
        command.put("type", "http-api");
        switch (step.type()) {
            case Http -> {
                command.put(
                        "command",
                        step.get("method").asText() + " " + step.get("url").asText() + " HTTP/1.1");
                command.put("content", step.has("body") ? step.get("body").toString() : "");
            }
            case Action -> {
                String verb = step.get("action").asText();
                command.put(
                        "command",
                        "POST /api/machines/" + step.get("machineId").asText() + "/"
                                + Character.toLowerCase(verb.charAt(0)) + verb.substring(1) + " HTTP/1.1");
                command.put("content", "{\"Comment\":\"" + step.name() + "\"}");
            }
            case Indicator -> {
                command.put("command", "POST /api/indicators HTTP/1.1");
                command.put("content", step.definition().toString());
            }
            case UpdateAlert -> {
                command.put(
                        "command", "PATCH /api/alerts/" + step.get("alertId").asText() + " HTTP/1.1");
                command.put("content", step.definition().toString());
            }
            case FindMachines ->
                command.put(
                        "command",
                        "GET /api/" + step.get("kind").asText().toLowerCase(java.util.Locale.ROOT) + "s/"
                                + step.get("value").asText() + "/machines HTTP/1.1");
            default -> command.put("command", "GET /api/alerts HTTP/1.1");
        }
    }

    private static String pattern(Step step, Set<String> losses) {
        JsonNode condition = step.get("condition");
        String operator = condition.path("operator").asText();
        String sign = operator.equals("Equals") ? "=" : operator.equals("NotEquals") ? "!=" : null;
        if (sign == null || !condition.get("value").isTextual()) {
            losses.add(step.name() + ": its condition is Tocsin's; CACAO compares by a STIX pattern");
            return "$$condition$$:value = 'true'";
        }
        String name = condition.get("value").asText().replaceAll("[^A-Za-z0-9_]", "_");
        return "$$" + name + "$$:value " + sign + " '"
                + condition.path("of").asText().replace("'", "\\'") + "'";
    }

    private static String key(UUID base, Definition definition, String name) {
        String type = switch (definition.steps().get(name).type()) {
            case If -> "if-condition";
            case Parallel -> "parallel";
            case ForEach -> "while-condition";
            default -> "action";
        };
        return type + "--" + id(base, "step " + name);
    }

    /// The same at every export.
    private static UUID id(UUID base, String what) {
        return UUID.nameUUIDFromBytes((base + " " + what).getBytes(StandardCharsets.UTF_8));
    }

    /// @throws ProblemException 400 when it is none, or nothing of it can be done here
    Imported read(JsonNode document) {
        if (!document.path("type").asText().equals("playbook")
                || !document.path("spec_version").asText().equals(VERSION)) {
            throw PlaybookProblem.at("document", "is no playbook of " + VERSION);
        }
        JsonNode workflow = document.path("workflow");
        JsonNode start = workflow.path(document.path("workflow_start").asText());
        if (!workflow.isObject() || start.isMissingNode() || workflow.size() > Definition.MOST_STEPS + 50) {
            throw PlaybookProblem.at("workflow", "has no start, or too many steps");
        }
        var reading = new Reading(workflow);
        String first = reading.follow(start.path("on_completion").asText());
        if (first == null) {
            throw PlaybookProblem.at("workflow", "does nothing");
        }
        ObjectNode definition = NODES.objectNode().put("start", first);
        JsonNode triggers = document.path("playbook_extensions").path(EXTENSION).path("triggers");
        if (triggers.isArray() && !triggers.isEmpty()) {
            definition.set("triggers", triggers);
        }
        definition.set("steps", reading.steps);
        lost(document, reading.losses);
        String name = document.path("name").asText("").strip();
        if (name.isEmpty() || name.length() > 128) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "name argument is missing");
        }
        return new Imported(
                new PlaybookRequest(name, shortened(document.path("description").asText("")), false, definition),
                List.copyOf(reading.losses));
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(4_000, text.length()));
    }

    private static void lost(JsonNode document, Set<String> losses) {
        for (String property : List.of(
                "playbook_variables",
                "workflow_exception",
                "data_marking_definitions",
                "signatures",
                "target_definitions",
                "authentication_info_definitions",
                "derived_from",
                "industry_sectors",
                "valid_until")) {
            if (document.hasNonNull(property) && !document.get(property).isEmpty()
                    || document.path(property).isTextual()) {
                losses.add(property + ": means nothing here");
            }
        }
    }

    /// One document on its way.
    private static final class Reading {

        private final JsonNode workflow;
        private final ObjectNode steps = NODES.objectNode();
        private final Map<String, String> names = new HashMap<>();
        private final Set<String> losses = new LinkedHashSet<>();
        private final List<String> open = new ArrayList<>();

        private Reading(JsonNode workflow) {
            this.workflow = workflow;
        }

        /// The name of the step with this key, read where it was not yet; null where it ends.
        private String follow(String key) {
            if (key.isEmpty() || workflow.path(key).path("type").asText().equals("end")) {
                return null;
            }
            String known = names.get(key);
            if (known != null) {
                return known;
            }
            JsonNode step = workflow.path(key);
            if (step.isMissingNode()) {
                throw PlaybookProblem.at("workflow", "leads to " + key + ", which is not there");
            }
            if (open.size() > Definition.MOST_STEPS) {
                throw PlaybookProblem.at("workflow", "has too many steps");
            }
            String name = name(step, key);
            names.put(key, name);
            open.add(key);
            steps.set(name, NODES.objectNode()); // its place
            steps.set(name, read(name, step));
            return name;
        }

        private String name(JsonNode step, String key) {
            String told = step.path("name").asText(step.path("type").asText()).replaceAll("[^A-Za-z0-9_-]+", "-");
            String name = told.matches("[A-Za-z].*") ? told : "step-" + told;
            name = name.substring(0, Math.min(50, name.length()));
            return steps.has(name) ? name + "-" + key.substring(key.length() - 8) : name;
        }

        private ObjectNode read(String name, JsonNode step) {
            JsonNode extension = step.path("step_extensions").path(EXTENSION);
            ObjectNode read = extension.isObject() ? extension.deepCopy() : foreign(name, step);
            link(read, step);
            return read;
        }

        /// What is ours comes with our links by our names, which may be others now: CACAO's lead.
        private void link(ObjectNode read, JsonNode step) {
            read.remove(List.of("next", "onFailure", "onRejected", "then", "otherwise", "step"));
            switch (step.path("type").asText()) {
                case "if-condition" -> {
                    String next = follow(step.path("on_completion").asText());
                    put(read, "then", branch(step.path("on_true")));
                    put(read, "otherwise", branch(step.path("on_false")));
                    put(read, "next", next);
                }
                case "parallel" -> {
                    ArrayNode branches = read.putArray("branches");
                    step.path("next_steps").forEach(key -> {
                        String name = follow(key.asText());
                        if (name != null) {
                            branches.add(name);
                        }
                    });
                    put(read, "next", follow(step.path("on_completion").asText()));
                }
                case "while-condition" -> {
                    if (read.path("type").asText().equals("ForEach")) {
                        put(read, "step", branch(step.path("on_true")));
                    }
                    put(read, "next", follow(step.path("on_completion").asText()));
                }
                default -> {
                    String next = step.has("on_success")
                            ? step.get("on_success").asText()
                            : step.path("on_completion").asText();
                    put(read, "next", follow(next));
                    boolean asks = read.path("type").asText().equals("Approval");
                    put(
                            read,
                            asks ? "onRejected" : "onFailure",
                            follow(step.path("on_failure").asText()));
                }
            }
        }

        private String branch(JsonNode key) {
            return follow(key.isArray() ? key.path(0).asText() : key.asText());
        }

        private static void put(ObjectNode node, String property, String name) {
            if (name != null) {
                node.put(property, name);
            }
        }

        private ObjectNode foreign(String name, JsonNode step) {
            String type = step.path("type").asText();
            return switch (type) {
                case "parallel" -> NODES.objectNode().put("type", "Parallel");
                case "if-condition" -> condition(name, step);
                case "action" -> action(name, step);
                default -> {
                    losses.add(name + ": " + type + " means nothing here; a person is asked instead");
                    yield asked(name + ": " + type);
                }
            };
        }

        private ObjectNode condition(String name, JsonNode step) {
            var match = java.util.regex.Pattern.compile(
                            "\\$\\$([A-Za-z0-9_-]{1,100})\\$\\$:value (=|!=) '([^']{0,500})'")
                    .matcher(step.path("condition").asText());
            ObjectNode read = NODES.objectNode().put("type", "If");
            ObjectNode condition = read.putObject("condition");
            if (match.matches()) {
                losses.add(name + ": its variable is looked for in the trigger");
                condition
                        .put("value", "${trigger." + match.group(1) + "}")
                        .put("operator", match.group(2).equals("=") ? "Equals" : "NotEquals")
                        .put("of", match.group(3));
            } else {
                losses.add(name + ": its condition cannot be said here, and holds when the trigger says so: "
                        + "${trigger." + name + "}");
                condition
                        .put("value", "${trigger." + name + "}")
                        .put("operator", "Equals")
                        .put("of", "true");
            }
            return read;
        }

        private ObjectNode action(String name, JsonNode step) {
            JsonNode commands = step.path("commands");
            JsonNode command = commands.path(0);
            if (commands.size() > 1) {
                losses.add(name + ": only the first of its commands is done");
            }
            String text = command.path("command").asText();
            if (command.path("type").asText().equals("http-api")) {
                String[] line = text.split(" ");
                boolean whole = line.length >= 2 && line[1].startsWith("http");
                if (whole && List.of("GET", "POST", "PUT", "PATCH", "DELETE").contains(line[0])) {
                    ObjectNode call = NODES.objectNode()
                            .put("type", "Http")
                            .put("method", line[0])
                            .put("url", line[1]);
                    if (!command.path("content").asText("").isEmpty()) {
                        call.put("body", command.get("content").asText());
                    }
                    return call;
                }
                losses.add(name + ": its target is not said by its command; a person is asked to make the call");
            } else if (!command.path("type").asText().equals("manual")) {
                losses.add(name + ": " + command.path("type").asText("no command")
                        + " is not run here; a person is asked to");
            }
            return asked(text.isEmpty() ? name : text);
        }

        private static ObjectNode asked(String message) {
            return NODES.objectNode()
                    .put("type", "Approval")
                    .put("message", message.substring(0, Math.min(2_000, message.length())));
        }
    }
}

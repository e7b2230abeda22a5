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
import java.util.LinkedHashSet;
import java.util.List;
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

    /// What of a definition goes along as it is.
    private static final List<String> OF_A_PLAYBOOK = List.of("triggers", "timeout");

    /// What is read, or says how the document itself stands.
    private static final Set<String> READ = Set.of(
            "type",
            "spec_version",
            "id",
            "name",
            "description",
            "created_by",
            "created",
            "modified",
            "playbook_types",
            "workflow_start",
            "workflow");

    private static final Set<String> OF_IDS =
            Set.of("agent_definitions", "extension_definitions", "playbook_extensions");
    private static final Set<String> OURS = Set.of(EXTENSION, SYSTEM, PERSON);

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
        ours.put("start", definition.start());
        for (String property : OF_A_PLAYBOOK) {
            if (playbook.definition().has(property)) {
                ours.set(property, playbook.definition().get(property));
            }
        }
        if (!definition.triggers().isEmpty()) {
            losses.add("triggers: CACAO has no events that begin a playbook");
        }
        if (ours.has("timeout")) {
            losses.add("timeout: CACAO has none for a whole playbook");
        }
        return new ExportedPlaybook(document, List.copyOf(losses));
    }

    private ObjectNode step(UUID base, Definition definition, Step step, String end, Set<String> losses) {
        ObjectNode told = NODES.objectNode().put("name", step.name());
        switch (step.type()) {
            case If -> told.put("type", "if-condition").put("condition", pattern(step, losses));
            case Parallel -> told.put("type", "parallel");
            case ForEach -> {
                losses.add(step.name() + ": CACAO has no loop over a list; its while-condition names what is repeated");
                told.put("type", "while-condition").put("condition", "$$items$$:value != ''");
            }
            case Wait -> {
                told.put("type", "action");
                told.put("delay", Duration.parse(step.get("duration").asText()).toMillis());
                told.put("agent", PERSON);
                told.putArray("commands").addObject().put("type", "manual").put("command", "Wait");
            }
            case Approval -> {
                told.put("type", "action").put("agent", PERSON);
                told.putArray("commands")
                        .addObject()
                        .put("type", "manual")
                        .put("command", "Approve: " + step.get("message").asText());
                losses.add(step.name() + ": who may approve is not said in CACAO");
            }
            default -> {
                told.put("type", "action").put("agent", SYSTEM);
                command(told.putArray("commands").addObject(), step);
                if (step.definition().toString().contains("${")) {
                    losses.add(step.name() + ": its references (${…}) are Tocsin's");
                }
                if (waits(step)) {
                    losses.add(step.name() + ": CACAO does not say that it waits for the result");
                }
            }
        }
        if (step.has("onTimeout")) {
            losses.add(step.name() + ": CACAO does not say where it leads when its time is over");
        }
        if (step.has("onRejected") && step.has("onFailure")) {
            losses.add(step.name() + ": CACAO does not tell a no from a failure");
        }
        told.put("timeout", step.timeout().toMillis());
        ObjectNode ours = keyed(base, definition, step);
        told.setAll(CacaoLinks.words(ours, end));
        told.putObject("step_extensions").set(EXTENSION, ours);
        return told;
    }

    private static boolean waits(Step step) {
        return switch (step.type()) {
            case Action, LiveResponse -> true;
            case StartInvestigation -> !step.has("wait") || step.get("wait").asBoolean();
            default -> false;
        };
    }

    /// The step as we have it, its links CACAO's keys.
    private static ObjectNode keyed(UUID base, Definition definition, Step step) {
        ObjectNode ours = step.definition().deepCopy();
        for (String link : Step.LINKS) {
            if (step.has(link)) {
                ours.put(link, key(base, definition, step.get(link).asText()));
            }
        }
        if (step.type() == StepType.Parallel) {
            ArrayNode branches = ours.putArray("branches");
            step.branches().forEach(name -> branches.add(key(base, definition, name)));
        }
        return ours;
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
            case LiveResponse -> {
                command.put(
                        "command",
                        "POST /api/machines/" + step.get("machineId").asText() + "/runliveresponse HTTP/1.1");
                ObjectNode content = NODES.objectNode().put("Comment", comment(step));
                content.set("Commands", step.get("commands"));
                command.put("content", content.toString());
            }
            case StartInvestigation -> {
                command.put(
                        "command",
                        "POST /api/machines/" + step.get("machineId").asText() + "/startInvestigation HTTP/1.1");
                command.put(
                        "content",
                        NODES.objectNode().put("Comment", comment(step)).toString());
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

    private static String comment(Step step) {
        return step.has("comment") ? step.get("comment").asText() : step.name();
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
        var reading = new CacaoReading(workflow);
        String first = reading.follow(start.path("on_completion").asText());
        if (first == null) {
            throw PlaybookProblem.at("workflow", "does nothing");
        }
        ObjectNode definition = NODES.objectNode().put("start", first);
        JsonNode ours = document.path("playbook_extensions").path(EXTENSION);
        for (String property : OF_A_PLAYBOOK) {
            if (ours.has(property)) {
                definition.set(property, ours.get(property));
            }
        }
        definition.set("steps", reading.steps());
        var losses = new LinkedHashSet<>(reading.losses());
        lost(document, losses);
        String name = document.path("name").asText("").strip();
        if (name.isEmpty() || name.length() > 128) {
            throw new ProblemException(CommonProblem.MISSING_REQUIRED_PARAMETER, "name argument is missing");
        }
        return new Imported(
                new PlaybookRequest(name, shortened(document.path("description").asText("")), false, definition),
                List.copyOf(losses));
    }

    private static String shortened(String text) {
        return text.substring(0, Math.min(4_000, text.length()));
    }

    /// Whatever nothing is made of is named.
    private static void lost(JsonNode document, Set<String> losses) {
        document.properties().forEach(property -> {
            String name = property.getKey();
            JsonNode value = property.getValue();
            boolean read = READ.contains(name)
                    || OF_IDS.contains(name) && OURS.containsAll(names(value))
                    || name.equals("revoked") && !value.asBoolean();
            if (!read && isSaid(value)) {
                losses.add(name + ": means nothing here");
            }
        });
    }

    static Set<String> names(JsonNode node) {
        var names = new LinkedHashSet<String>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    /// Whether there is anything.
    static boolean isSaid(JsonNode value) {
        return !value.isNull() && (!value.isContainerNode() || !value.isEmpty());
    }
}

package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The workflow of one CACAO document on its way to steps of ours. What we wrote is taken from its extension, with all
/// its
/// links, while CACAO's words say the same; where somebody has changed these, they lead. Whatever nothing is made of is
/// named.
final class CacaoReading {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Set<String> EVERY_STEP = Set.of(
            "type", "name", "description", "timeout", "on_completion", "on_success", "on_failure", "step_extensions");

    /// What we write beside, which our extension says better.
    private static final Set<String> OF_OURS =
            Set.of("condition", "delay", "agent", "commands", "on_true", "on_false", "next_steps");

    private static final Map<String, Set<String>> BY_TYPE = Map.of(
            "if-condition", Set.of("condition", "on_true", "on_false"),
            "parallel", Set.of("next_steps"),
            "action", Set.of("commands"));

    private static final Set<String> OF_A_COMMAND = Set.of("type", "command", "content", "content_b64", "headers");
    private static final Set<String> SECRET = Set.of("authorization", "proxy-authorization", "cookie", "x-api-key");
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "PATCH", "DELETE");
    private static final Pattern COMPARISON =
            Pattern.compile("(?:\\$\\$|__)([A-Za-z0-9_-]{1,100}?)(?:\\$\\$|__):value (=|!=) '([^']{0,500})'");
    private static final Pattern VARIABLE = Pattern.compile("(?:\\$\\$|__)[A-Za-z0-9_-]{1,100}:value");
    private static final int LONGEST_NAME = 64;
    private static final int LONGEST_FOREIGN_NAME = 50;
    private static final Duration LONGEST_TIME = Duration.ofDays(30);

    private final JsonNode workflow;
    private final ObjectNode steps = NODES.objectNode();
    private final Map<String, String> names = new HashMap<>();
    private final Map<String, String> keys = new HashMap<>();
    private final Set<String> losses = new LinkedHashSet<>();

    CacaoReading(JsonNode workflow) {
        this.workflow = workflow;
        workflow.properties().forEach(step -> {
            if (isOurs(step.getValue())) {
                keys.put(step.getValue().path("name").asText(), step.getKey());
            }
        });
    }

    ObjectNode steps() {
        return steps;
    }

    /// Known when all is read.
    Set<String> losses() {
        workflow.properties().forEach(step -> {
            String type = step.getValue().path("type").asText();
            if (!names.containsKey(step.getKey()) && !type.equals("start") && !type.equals("end")) {
                losses.add(step.getKey() + ": nothing that is read leads to it");
            }
        });
        return losses;
    }

    private static boolean isOurs(JsonNode step) {
        return step.path("step_extensions").path(Cacao.EXTENSION).isObject();
    }

    /// The name of the step with this key, read where it was not yet; null where it ends.
    String follow(String key) {
        if (isEnd(key)) {
            return null;
        }
        String known = names.get(key);
        if (known != null) {
            return known;
        }
        JsonNode step = workflow.path(key);
        if (!step.isObject()) {
            throw PlaybookProblem.at("workflow", "leads to " + key + ", which is no step");
        }
        String name = name(step, key);
        names.put(key, name);
        steps.set(name, NODES.objectNode()); // its place
        steps.set(name, isOurs(step) ? ours(name, step) : foreign(name, key, step));
        return name;
    }

    private boolean isEnd(String key) {
        return key.isEmpty() || workflow.path(key).path("type").asText().equals("end");
    }

    private String name(JsonNode step, String key) {
        String told = step.path("name").asText();
        told = (told.isBlank() ? step.path("type").asText() : told).replaceAll("[^A-Za-z0-9_-]+", "-");
        String name = told.matches("[A-Za-z].*") ? told : "step-" + told;
        name = first(name, isOurs(step) ? LONGEST_NAME : LONGEST_FOREIGN_NAME);
        return steps.has(name) ? unique(name, key) : name;
    }

    private String unique(String name, String key) {
        String plain = key.replaceAll("[^A-Za-z0-9]", "");
        String base = first(name, LONGEST_FOREIGN_NAME) + "-" + plain.substring(Math.max(0, plain.length() - 8));
        String unique = base;
        for (int n = 2; steps.has(unique); n++) {
            unique = base + "-" + n;
        }
        return unique;
    }

    private static String first(String text, int most) {
        return text.substring(0, Math.min(most, text.length()));
    }

    private ObjectNode ours(String name, JsonNode step) {
        ObjectNode read = step.get("step_extensions").get(Cacao.EXTENSION).deepCopy();
        unread(name, step, OF_OURS);
        boolean byNames = linkedByNames(read);
        var links = new HashMap<String, String>();
        for (String link : Step.LINKS) {
            if (read.hasNonNull(link)) {
                links.put(link, key(read.get(link).asText()));
                read.put(link, links.get(link));
            }
        }
        if (read.has("branches")) {
            ArrayNode branches = NODES.arrayNode();
            read.get("branches").forEach(branch -> branches.add(key(branch.asText())));
            read.set("branches", branches);
        }
        if (byNames || isSame(CacaoLinks.words(read, ""), step)) {
            links.forEach((link, key) -> put(read, link, follow(key)));
            if (read.has("branches")) {
                branches(read, read.get("branches"));
            }
            return read;
        }
        losses.add(name + ": where it leads was changed in CACAO's words, which lead");
        read.remove(List.of("next", "onFailure", "onRejected", "then", "otherwise", "step"));
        if (links.containsKey("onTimeout")) {
            put(read, "onTimeout", follow(links.get("onTimeout")));
        }
        lead(read, step);
        return read;
    }

    /// As earlier releases wrote it.
    private boolean linkedByNames(JsonNode read) {
        var told = new ArrayList<String>();
        Step.LINKS.forEach(link -> told.add(read.path(link).asText()));
        read.path("branches").forEach(branch -> told.add(branch.asText()));
        return told.stream().anyMatch(link -> !workflow.has(link) && keys.containsKey(link));
    }

    private String key(String link) {
        return workflow.has(link) ? link : keys.getOrDefault(link, link);
    }

    /// Whether a step leads where these words lead.
    private boolean isSame(ObjectNode words, JsonNode step) {
        for (String word : CacaoLinks.WORDS) {
            if (!plain(words.path(word)).equals(plain(step.path(word)))) {
                return false;
            }
        }
        return true;
    }

    /// Keys, without what ends.
    private List<String> plain(JsonNode links) {
        var plain = new ArrayList<String>();
        if (links.isArray()) {
            links.forEach(link -> plain.add(link.asText()));
        } else {
            plain.add(links.asText());
        }
        plain.removeIf(this::isEnd);
        return plain;
    }

    /// Where CACAO's words lead.
    private void lead(ObjectNode read, JsonNode step) {
        boolean asks = read.path("type").asText().equals("Approval");
        if (step.path("type").asText().equals("if-condition")) {
            put(read, "then", branch(step.path("on_true")));
            put(read, "otherwise", branch(step.path("on_false")));
        } else if (step.path("type").asText().equals("parallel")) {
            branches(read, step.path("next_steps"));
        } else if (read.path("type").asText().equals("ForEach")) {
            put(read, "step", branch(step.path("on_true")));
        }
        put(read, "next", follow(after(step)));
        put(
                read,
                asks ? "onRejected" : "onFailure",
                follow(step.path("on_failure").asText()));
    }

    private static String after(JsonNode step) {
        return step.path(step.has("on_success") ? "on_success" : "on_completion")
                .asText();
    }

    private void branches(ObjectNode read, JsonNode keys) {
        ArrayNode branches = NODES.arrayNode();
        keys.forEach(key -> {
            String name = follow(key.asText());
            if (name != null) {
                branches.add(name);
            }
        });
        read.set("branches", branches);
    }

    private String branch(JsonNode key) {
        return follow(key.isArray() ? key.path(0).asText() : key.asText());
    }

    private static void put(ObjectNode node, String property, String name) {
        if (name == null) {
            node.remove(property);
        } else {
            node.put(property, name);
        }
    }

    private void unread(String name, JsonNode step, Set<String> read) {
        step.properties().forEach(property -> {
            String told = property.getKey();
            if (!EVERY_STEP.contains(told) && !read.contains(told) && Cacao.isSaid(property.getValue())) {
                losses.add(name + ": " + told + " means nothing here");
            }
        });
        Cacao.names(step.path("step_extensions")).stream()
                .filter(extension -> !extension.equals(Cacao.EXTENSION))
                .forEach(extension -> losses.add(name + ": " + extension + " means nothing here"));
    }

    private ObjectNode foreign(String name, String key, JsonNode step) {
        String type = step.path("type").asText();
        unread(name, step, BY_TYPE.getOrDefault(type, Set.of()));
        ObjectNode read = switch (type) {
            case "parallel" -> NODES.objectNode().put("type", "Parallel");
            case "if-condition" -> condition(name, step);
            case "action" -> action(name, step);
            default -> {
                losses.add(name + ": " + type + " means nothing here; a person is asked instead");
                yield asked(plain(name, name + ": " + type));
            }
        };
        if (!step.path("description").asText().isEmpty()) {
            read.put("description", first(step.get("description").asText(), 4_000));
        }
        timeout(name, step, read);
        if (type.equals("if-condition")) {
            return either(name, key, step, read);
        }
        lead(read, step);
        return read;
    }

    private void timeout(String name, JsonNode step, ObjectNode read) {
        if (!step.has("timeout")) {
            return;
        }
        Duration timeout = Duration.ofMillis(step.get("timeout").asLong());
        if (timeout.compareTo(Duration.ofSeconds(1)) >= 0 && timeout.compareTo(LONGEST_TIME) <= 0) {
            read.put("timeout", timeout.toString());
        } else {
            losses.add(name + ": its timeout is not between a second and thirty days");
        }
    }

    /// CACAO goes on after either branch, we go on in it: where there is something after both, they are a group.
    private ObjectNode either(String name, String key, JsonNode step, ObjectNode read) {
        String after = after(step);
        var branches = new HashMap<String, String>();
        Map.of("then", "on_true", "otherwise", "on_false").forEach((property, word) -> {
            JsonNode told = step.path(word);
            String to = told.isArray() ? told.path(0).asText() : told.asText();
            if (!isEnd(to) && !to.equals(after)) {
                branches.put(property, to);
            }
        });
        boolean joined =
                isEnd(after) || branches.isEmpty() || CacaoLinks.lead(workflow, List.copyOf(branches.values()), after);
        if (joined) {
            for (String property : List.of("then", "otherwise")) {
                put(read, property, branches.containsKey(property) ? follow(branches.get(property)) : null);
            }
            put(read, "next", follow(after));
            put(read, "onFailure", follow(step.path("on_failure").asText()));
            return read;
        }
        String inner = unique(first(name, LONGEST_FOREIGN_NAME - 3) + "-if", key);
        steps.set(inner, read);
        for (String property : List.of("then", "otherwise")) {
            put(read, property, branches.containsKey(property) ? follow(branches.get(property)) : null);
        }
        ObjectNode group = NODES.objectNode().put("type", "Parallel");
        group.putArray("branches").add(inner);
        put(group, "next", follow(after));
        put(group, "onFailure", follow(step.path("on_failure").asText()));
        return group;
    }

    private ObjectNode condition(String name, JsonNode step) {
        Matcher match = COMPARISON.matcher(step.path("condition").asText());
        ObjectNode read = NODES.objectNode().put("type", "If");
        ObjectNode condition = read.putObject("condition");
        if (match.matches()) {
            losses.add(name + ": its variable is looked for in the trigger");
            condition
                    .put("value", "${trigger." + match.group(1) + "}")
                    .put("operator", match.group(2).equals("=") ? "Equals" : "NotEquals")
                    .put("of", plain(name, match.group(3)));
        } else {
            losses.add(name + ": its condition cannot be said here, and holds when the trigger says so: ${trigger."
                    + name + "}");
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
        Cacao.names(command).stream()
                .filter(property -> !OF_A_COMMAND.contains(property) && Cacao.isSaid(command.get(property)))
                .forEach(property -> losses.add(name + ": " + property + " of its command means nothing here"));
        if (VARIABLE.matcher(command.toString()).find()) {
            losses.add(name + ": variables of its command are sent as they are written");
        }
        String text = command.path("command").asText();
        if (command.path("type").asText().equals("http-api")) {
            String[] line = text.split(" ");
            if (line.length >= 2 && line[1].startsWith("http") && METHODS.contains(line[0])) {
                return call(name, line, command);
            }
            losses.add(name + ": its target is not said by its command; a person is asked to make the call");
        } else if (!command.path("type").asText().equals("manual")) {
            losses.add(
                    name + ": " + command.path("type").asText("no command") + " is not run here; a person is asked to");
        }
        for (String property : List.of("content", "content_b64", "headers")) {
            if (command.has(property) && Cacao.isSaid(command.get(property))) {
                losses.add(name + ": " + property + " of its command is not told to the person");
            }
        }
        return asked(text.isEmpty() ? name : plain(name, text));
    }

    private ObjectNode call(String name, String[] line, JsonNode command) {
        ObjectNode call =
                NODES.objectNode().put("type", "Http").put("method", line[0]).put("url", plain(name, line[1]));
        String content = command.path("content").asText();
        if (content.isEmpty() && command.has("content_b64")) {
            content = decoded(name, command.get("content_b64").asText());
        }
        if (!content.isEmpty()) {
            call.put("body", plain(name, content));
        }
        ObjectNode headers = NODES.objectNode();
        command.path("headers").properties().forEach(header -> {
            String told = header.getKey();
            var values = new ArrayList<String>();
            if (header.getValue().isArray()) {
                header.getValue().forEach(value -> values.add(value.asText()));
            } else {
                values.add(header.getValue().asText());
            }
            if (SECRET.contains(told.toLowerCase(Locale.ROOT))) {
                losses.add(name + ": header " + told + " is left out; make a secret of it and name that (${secret.…})");
            } else if (!PartnerCalls.maySet(told) || headers.size() >= PartnerCalls.MOST_HEADERS) {
                losses.add(name + ": header " + told + " cannot be set here");
            } else {
                headers.put(told, plain(name, String.join(", ", values)));
            }
        });
        if (!headers.isEmpty()) {
            call.set("headers", headers);
        }
        return call;
    }

    private String decoded(String name, String text) {
        try {
            return new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notSo) {
            losses.add(name + ": content_b64 of its command is no base64");
            return "";
        }
    }

    /// What is a text there stays one.
    private String plain(String name, String text) {
        if (!Context.refers(text)) {
            return text;
        }
        losses.add(name + ": ${…} of its command would be a reference here, and is written $ {…}");
        return text.replace("${", "$ {");
    }

    private static ObjectNode asked(String message) {
        return NODES.objectNode().put("type", "Approval").put("message", first(message, 2_000));
    }
}

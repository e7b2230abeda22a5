package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// How CACAO says where a step of ours leads.
final class CacaoLinks {

    /// The words for it.
    static final List<String> WORDS =
            List.of("on_completion", "on_success", "on_failure", "on_true", "on_false", "next_steps");

    private CacaoLinks() {}

    /// @param ours a step of ours, its links keys of the workflow
    /// @param end the key of what ends it
    static ObjectNode words(JsonNode ours, String end) {
        ObjectNode said = JsonNodeFactory.instance.objectNode();
        String next = link(ours, "next", end);
        switch (ours.path("type").asText()) {
            case "If" -> {
                said.put("on_true", link(ours, "then", next)).put("on_false", link(ours, "otherwise", next));
                if (ours.hasNonNull("onFailure")) {
                    said.put("on_failure", link(ours, "onFailure", end));
                }
            }
            case "Parallel" -> {
                ArrayNode branches = said.putArray("next_steps");
                ours.path("branches").forEach(branches::add);
                after(said, ours, next, end);
            }
            case "ForEach" -> {
                said.put("on_true", link(ours, "step", end));
                after(said, ours, next, end);
            }
            case "Wait" -> after(said, ours, next, end);
            case "Approval" ->
                said.put("on_success", next).put("on_failure", link(ours, "onRejected", link(ours, "onFailure", end)));
            default -> said.put("on_success", next).put("on_failure", link(ours, "onFailure", end));
        }
        return said;
    }

    /// `on_completion` is for what cannot fail.
    private static void after(ObjectNode said, JsonNode ours, String next, String end) {
        if (ours.hasNonNull("onFailure")) {
            said.put("on_success", next).put("on_failure", link(ours, "onFailure", end));
        } else {
            said.put("on_completion", next);
        }
    }

    private static String link(JsonNode ours, String property, String otherwise) {
        return ours.hasNonNull(property) ? ours.get(property).asText() : otherwise;
    }

    /// Whether one of some steps leads to another.
    static boolean lead(JsonNode workflow, List<String> from, String to) {
        var open = new ArrayDeque<>(from);
        Set<String> seen = new HashSet<>();
        while (!open.isEmpty()) {
            String key = open.pop();
            if (key.equals(to)) {
                return true;
            }
            if (seen.add(key)) {
                for (String word : WORDS) {
                    JsonNode next = workflow.path(key).path(word);
                    if (next.isArray()) {
                        next.forEach(each -> open.push(each.asText()));
                    } else if (next.isTextual()) {
                        open.push(next.asText());
                    }
                }
            }
        }
        return false;
    }
}

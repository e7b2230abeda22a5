package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A step of a definition that was checked.
///
/// @param timeout how long it has before it is `TimedOut`
record Step(String name, StepType type, ObjectNode definition, Duration timeout) {

    /// The properties that name a step.
    static final List<String> LINKS =
            List.of("next", "onFailure", "onTimeout", "onRejected", "then", "otherwise", "step");

    Optional<String> next(StepState ended) {
        return switch (ended) {
            case Succeeded -> to("next");
            case Rejected -> to("onRejected").or(() -> to("onFailure"));
            case TimedOut -> to("onTimeout").or(() -> to("onFailure"));
            default -> to("onFailure");
        };
    }

    /// Where an `If` leads.
    Optional<String> next(boolean holds) {
        return to(holds ? "then" : "otherwise").or(() -> to("next"));
    }

    private Optional<String> to(String property) {
        JsonNode name = definition.get(property);
        return name == null || name.isNull() ? Optional.empty() : Optional.of(name.textValue());
    }

    /// Every step it may lead to, in its own scope or as the first of another.
    List<String> leadsTo() {
        var names = new ArrayList<String>();
        for (String property : LINKS) {
            to(property).ifPresent(names::add);
        }
        if (type == StepType.Parallel) {
            names.addAll(branches());
        }
        return names;
    }

    List<String> branches() {
        var names = new ArrayList<String>();
        definition.path("branches").forEach(name -> names.add(name.asText()));
        return names;
    }

    JsonNode get(String property) {
        return definition.get(property);
    }

    boolean has(String property) {
        JsonNode value = definition.get(property);
        return value != null && !value.isNull();
    }
}

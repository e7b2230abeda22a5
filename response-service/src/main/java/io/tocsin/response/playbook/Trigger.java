package io.tocsin.response.playbook;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What begins a run by itself; by hand every playbook can be run.
///
/// @param condition what an alert or incident must be like; none for every one
/// @param every the pause of a schedule, else null
record Trigger(Type type, Optional<Condition> condition, Duration every) {

    enum Type {
        Alert,
        Incident,
        IndicatorMatch,
        Schedule
    }

    private static final int MOST = 20;
    private static final Duration SHORTEST = Duration.ofMinutes(5);
    private static final Duration LONGEST = Duration.ofDays(30);
    private static final Set<String> KNOWN = Set.of("type", "condition", "every");

    static List<Trigger> readAll(JsonNode node) {
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray() || node.size() > MOST) {
            throw PlaybookProblem.at("triggers", "is no list of at most " + MOST);
        }
        var triggers = new ArrayList<Trigger>();
        for (int i = 0; i < node.size(); i++) {
            triggers.add(read(node.get(i), "triggers[" + i + "]"));
        }
        if (triggers.stream().filter(it -> it.type() == Type.Schedule).count() > 1) {
            throw PlaybookProblem.at("triggers", "has more than one schedule");
        }
        return List.copyOf(triggers);
    }

    private static Trigger read(JsonNode node, String place) {
        Type type = null;
        for (Type each : Type.values()) {
            if (each.name().equals(node.path("type").asText())) {
                type = each;
            }
        }
        if (type == null) {
            throw PlaybookProblem.at(place + ".type", "is none of " + List.of(Type.values()));
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!KNOWN.contains(name)) {
                throw PlaybookProblem.at(place, "has " + name + ", which means nothing there");
            }
        });
        Optional<Condition> condition = node.hasNonNull("condition")
                ? Optional.of(Condition.read(node.get("condition"), place + ".condition"))
                : Optional.empty();
        Duration every = null;
        if (type == Type.Schedule) {
            every = Definition.duration(node.get("every"), place + ".every", null, LONGEST);
            if (every.compareTo(SHORTEST) < 0) {
                throw PlaybookProblem.at(place + ".every", "is shorter than " + SHORTEST);
            }
        }
        return new Trigger(type, condition, every);
    }
}

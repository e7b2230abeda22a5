package io.tocsin.alert.detection;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The rules in force for a tenant, by the kind of event they are about: an event meets no others.
final class RuleSet {

    private final Map<Integer, List<ActiveRule>> byKind;

    RuleSet(List<ActiveRule> rules) {
        byKind = rules.stream()
                .collect(Collectors.groupingBy(rule -> rule.rule().kind(), Collectors.toUnmodifiableList()));
    }

    List<ActiveRule> about(int kind) {
        return byKind.getOrDefault(kind, List.of());
    }
}

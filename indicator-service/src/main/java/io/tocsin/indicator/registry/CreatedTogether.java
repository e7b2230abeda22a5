package io.tocsin.indicator.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tocsin.wire.WireTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The audit's row of indicators one transaction made (docs/adr/060): each with all that is said of it, but what they
/// have in common, which is mostly everything beside the value, only once.
record CreatedTogether(List<Made> made) {

    /// Of one row at most, so that a page of the audit stays a page.
    static final int MOST = 100;

    /// What is said of several in one row.
    static final String ACTION = "indicator.import";

    private static final String VALUE = "indicatorValue";

    /// @param overridden whether it blocks what must not be, and somebody said that this is meant
    record Made(IndicatorEntity indicator, boolean overridden) {}

    /// They are found again by the time all of them were made: it stays as long as they are there, and is told when
    /// they go.
    static String target(WireTime created) {
        return "created@" + created.ticks();
    }

    Map<String, Object> detail() {
        List<Map<String, Object>> properties =
                made.stream().map(it -> IndicatorChange.known(it.indicator())).toList();
        var common = new LinkedHashMap<>(properties.getFirst());
        common.remove(VALUE);
        properties.forEach(one -> common.entrySet()
                .removeIf(property -> !Objects.equals(one.get(property.getKey()), property.getValue())));
        var all = new ArrayList<Map<String, Object>>(made.size());
        for (int i = 0; i < made.size(); i++) {
            all.add(one(made.get(i), properties.get(i), common));
        }
        var detail = new LinkedHashMap<String, Object>();
        detail.put("common", common);
        detail.put("created", all);
        return detail;
    }

    private static Map<String, Object> one(Made made, Map<String, Object> properties, Map<String, Object> common) {
        IndicatorEntity it = made.indicator();
        var one = new LinkedHashMap<String, Object>();
        one.put("id", Long.toString(it.id));
        one.put("type", it.indicatorType);
        one.put("value", it.matchValue);
        one.put("action", it.action);
        var own = new LinkedHashMap<String, Object>();
        properties.forEach((name, value) -> {
            boolean said = name.equals(VALUE) ? value.equals(it.matchValue) : common.containsKey(name);
            if (!said) {
                own.put(name, value);
            }
        });
        if (!own.isEmpty()) {
            one.put("after", own);
        }
        if (made.overridden()) {
            one.put("overridden", true);
        }
        return one;
    }

    /// What such a row says of one of them.
    static Optional<JsonNode> after(JsonNode detail, String id) {
        for (JsonNode one : detail.path("created")) {
            if (one.path("id").asText().equals(id)) {
                ObjectNode after = detail.path("common").deepCopy();
                after.set(VALUE, one.path("value"));
                if (one.path("after") instanceof ObjectNode own) {
                    after.setAll(own);
                }
                return Optional.of(after);
            }
        }
        return Optional.empty();
    }
}

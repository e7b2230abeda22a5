package io.tocsin.alert.sigma;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes a [SigmaRule] of a document, or says what is wrong with it.
public final class RuleCompiler {

    private static final int MOST_VALUES = 2_000;
    private static final int MOST_CONDITIONS = 100;
    private static final int LONGEST_TITLE = 256;
    private static final int LONGEST_DESCRIPTION = 4_000;
    private static final Set<String> OTHER_DOCUMENTS = Set.of("correlation", "action", "filter", "rules");

    private final Vocabulary vocabulary;

    public RuleCompiler(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    /// @throws SigmaException saying what is wrong
    public SigmaRule compile(String text) {
        return compile(text, RuleBudget.ofRule());
    }

    /// @param budget what it may take
    /// @throws SigmaException saying what is wrong
    public SigmaRule compile(String text, RuleBudget budget) {
        Map<?, ?> document = RuleReader.read(text);
        for (String other : OTHER_DOCUMENTS) {
            if (document.containsKey(other)) {
                throw new SigmaException("'" + other + "' is not supported: a rule tests one event at a time");
            }
        }
        LogSource source = source(map(document, "logsource"));
        int kind = vocabulary.kind(source);
        return new SigmaRule(
                text(document, "id"),
                title(document),
                description(document),
                level(document),
                source,
                kind,
                texts(document, "tags").stream()
                        .map(tag -> tag.toLowerCase(Locale.ROOT))
                        .toList(),
                texts(document, "falsepositives"),
                detection(map(document, "detection"), kind, budget));
    }

    /// Fields and values as in a selection, which need no condition: an exclusion.
    public EventTest selection(int kind, Map<?, ?> fields, RuleBudget budget) {
        return new Selections(kind, budget).of("exclusion", fields);
    }

    private EventTest detection(Map<?, ?> detection, int kind, RuleBudget budget) {
        if (detection.containsKey("timeframe")) {
            throw new SigmaException("detection.timeframe is not supported: a rule tests one event at a time");
        }
        var selections = new Selections(kind, budget);
        var items = new LinkedHashMap<String, EventTest>();
        detection.forEach((name, item) -> {
            if (!"condition".equals(name)) {
                items.put(String.valueOf(name), selections.of(String.valueOf(name), item));
            }
        });
        if (items.isEmpty()) {
            throw new SigmaException("detection holds no items");
        }
        List<?> conditions = list(detection.get("condition"));
        if (conditions.isEmpty() || !conditions.stream().allMatch(String.class::isInstance)) {
            throw new SigmaException("detection.condition is missing or no text");
        }
        if (conditions.size() > MOST_CONDITIONS) {
            throw new SigmaException("detection.condition has more than " + MOST_CONDITIONS + " entries");
        }
        return EventTest.any(conditions.stream()
                .map(condition -> ConditionParser.parse(((String) condition).strip(), items, budget))
                .toList());
    }

    /// Compiles the items of one rule and counts their values.
    private final class Selections {

        private final int kind;
        private final RuleBudget budget;
        private int values;

        Selections(int kind, RuleBudget budget) {
            this.kind = kind;
            this.budget = budget;
        }

        EventTest of(String name, Object item) {
            if (item instanceof Map<?, ?> fields) {
                return fields(name, fields);
            }
            List<?> alternatives = list(item);
            if (alternatives.isEmpty()) {
                throw new SigmaException("detection." + name + " is empty");
            }
            var tests = new ArrayList<EventTest>();
            for (Object alternative : alternatives) {
                tests.add(
                        alternative instanceof Map<?, ?> fields
                                ? fields(name, fields)
                                : field("", Collections.singletonList(alternative)));
            }
            return EventTest.any(tests);
        }

        private EventTest fields(String item, Map<?, ?> fields) {
            if (fields.isEmpty()) {
                throw new SigmaException("detection." + item + " is empty");
            }
            var quick = new ArrayList<EventTest>();
            var costly = new ArrayList<EventTest>();
            fields.forEach((name, value) -> {
                String line = String.valueOf(name);
                boolean last = new FieldTest(line, vocabulary, kind, budget).isCostly();
                (last ? costly : quick).add(field(line, value));
            });
            quick.addAll(costly);
            return EventTest.all(quick);
        }

        private EventTest field(String line, Object value) {
            List<?> all = value == null ? Collections.singletonList(null) : list(value);
            values += all.size();
            if (values > MOST_VALUES) {
                throw new SigmaException("the rule has more than " + MOST_VALUES + " values");
            }
            return new FieldTest(line, vocabulary, kind, budget).of(all);
        }
    }

    private static LogSource source(Map<?, ?> source) {
        return new LogSource(lower(source, "product"), lower(source, "category"), lower(source, "service"));
    }

    private static String title(Map<?, ?> document) {
        String title = text(document, "title");
        if (title == null || title.isBlank() || title.length() > LONGEST_TITLE) {
            throw new SigmaException("title is missing or longer than " + LONGEST_TITLE + " characters");
        }
        return title.strip();
    }

    private static String description(Map<?, ?> document) {
        String description = text(document, "description");
        if (description == null) {
            return "";
        }
        if (description.length() > LONGEST_DESCRIPTION) {
            throw new SigmaException("description is longer than " + LONGEST_DESCRIPTION + " characters");
        }
        return description.strip();
    }

    private static SigmaLevel level(Map<?, ?> document) {
        String level = lower(document, "level");
        if (level == null) {
            return SigmaLevel.MEDIUM;
        }
        for (SigmaLevel known : SigmaLevel.values()) {
            if (known.name().toLowerCase(Locale.ROOT).equals(level)) {
                return known;
            }
        }
        throw new SigmaException("level '" + level + "' is none of informational, low, medium, high, critical");
    }

    private static Map<?, ?> map(Map<?, ?> document, String name) {
        if (document.get(name) instanceof Map<?, ?> map) {
            return map;
        }
        throw new SigmaException(name + " is missing or no mapping");
    }

    private static List<String> texts(Map<?, ?> document, String name) {
        List<?> values = list(document.get(name));
        if (values.size() > 100 || !values.stream().allMatch(String.class::isInstance)) {
            throw new SigmaException(name + " is no list of at most 100 texts");
        }
        return values.stream().map(String.class::cast).toList();
    }

    private static String text(Map<?, ?> document, String name) {
        Object value = document.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new SigmaException(name + " is no text");
    }

    private static String lower(Map<?, ?> document, String name) {
        String text = text(document, name);
        return text == null ? null : text.strip().toLowerCase(Locale.ROOT);
    }

    private static List<?> list(Object value) {
        return value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
    }
}

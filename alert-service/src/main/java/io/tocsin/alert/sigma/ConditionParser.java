package io.tocsin.alert.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// `selection and not 1 of filter_*`, over the tests of the rule's items by name.
final class ConditionParser {

    private static final Pattern TOKEN = Pattern.compile("\\s*(\\(|\\)|[^\\s()]+)");
    private static final int DEEPEST = 50;
    private static final int LONGEST = 4_096;

    private final String condition;
    private final Map<String, EventTest> items;
    private final RuleBudget budget;
    private final List<String> tokens = new ArrayList<>();
    private int at;
    private int depth;

    private ConditionParser(String condition, Map<String, EventTest> items, RuleBudget budget) {
        this.budget = budget;
        this.condition = condition;
        this.items = items;
    }

    static EventTest parse(String condition, Map<String, EventTest> items, RuleBudget budget) {
        if (condition.length() > LONGEST) {
            throw new SigmaException("condition is longer than " + LONGEST + " characters");
        }
        if (condition.contains("|")) {
            throw new SigmaException("condition: aggregations ('| count() …', 'near') are not supported");
        }
        return new ConditionParser(condition, items, budget).parse();
    }

    private EventTest parse() {
        Matcher token = TOKEN.matcher(condition);
        while (token.lookingAt()) {
            tokens.add(token.group(1));
            token.region(token.end(), condition.length());
        }
        EventTest test = either();
        if (at < tokens.size()) {
            throw wrong("'" + tokens.get(at) + "' is not expected there");
        }
        return test;
    }

    private EventTest either() {
        if (++depth > DEEPEST) {
            throw wrong("it is nested deeper than " + DEEPEST);
        }
        var tests = new ArrayList<EventTest>();
        do {
            tests.add(both());
        } while (took("or"));
        depth--;
        return EventTest.any(tests);
    }

    private EventTest both() {
        var tests = new ArrayList<EventTest>();
        do {
            tests.add(negated());
        } while (took("and"));
        return EventTest.all(tests);
    }

    private EventTest negated() {
        boolean negated = false;
        while (took("not")) {
            negated = !negated;
        }
        EventTest test = term();
        return negated ? EventTest.not(test) : test;
    }

    private EventTest term() {
        if (took("(")) {
            EventTest inner = either();
            if (!took(")")) {
                throw wrong("a parenthesis is not closed");
            }
            return inner;
        }
        if (at >= tokens.size()) {
            throw wrong("it ends too early");
        }
        String token = tokens.get(at++);
        if (took("of")) {
            return several(token.toLowerCase(Locale.ROOT));
        }
        EventTest item = items.get(token);
        if (item == null) {
            throw wrong("there is no item '" + token + "'");
        }
        budget.takePlaces(1);
        return item;
    }

    private EventTest several(String quantity) {
        if (at >= tokens.size()) {
            throw wrong("'" + quantity + " of' what?");
        }
        String names = tokens.get(at++);
        List<EventTest> meant = items.entrySet().stream()
                .filter(item -> isMeant(names, item.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        if (meant.isEmpty()) {
            throw wrong("no item is named '" + names + "'");
        }
        budget.takePlaces(meant.size());
        return switch (quantity) {
            case "1", "any" -> EventTest.any(meant);
            case "all" -> EventTest.all(meant);
            default -> throw wrong("'" + quantity + " of' is not supported; '1 of' and 'all of' are");
        };
    }

    /// Items that begin with an underscore are left out of `them`.
    private static boolean isMeant(String names, String item) {
        return names.equalsIgnoreCase("them") ? !item.startsWith("_") : isLike(names.split("\\*", -1), item);
    }

    /// Each part behind the one before, at the first place there is, so that no writing makes it try again.
    private static boolean isLike(String[] parts, String item) {
        if (parts.length == 1) {
            return item.equals(parts[0]);
        }
        String last = parts[parts.length - 1];
        if (!item.startsWith(parts[0])) {
            return false;
        }
        int from = parts[0].length();
        for (int i = 1; i < parts.length - 1; i++) {
            int found = item.indexOf(parts[i], from);
            if (found < 0) {
                return false;
            }
            from = found + parts[i].length();
        }
        return item.length() - last.length() >= from && item.endsWith(last);
    }

    private boolean took(String word) {
        boolean there = at < tokens.size() && tokens.get(at).equalsIgnoreCase(word);
        at += there ? 1 : 0;
        return there;
    }

    private SigmaException wrong(String why) {
        return new SigmaException("condition '" + condition + "': " + why);
    }
}

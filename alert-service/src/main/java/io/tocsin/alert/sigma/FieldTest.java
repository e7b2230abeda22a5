package io.tocsin.alert.sigma;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.DoublePredicate;

/// One line of a selection: a field, its modifiers, and the values it is held against.
final class FieldTest {

    private static final int LONGEST_EXPRESSION = 1_000;
    private static final int LONGEST_PATTERN = 1_000;
    private static final Set<String> ENCODINGS = Set.of("utf16", "utf16le", "utf16be", "wide");
    private static final Set<String> KNOWN = Set.of(
            "contains",
            "startswith",
            "endswith",
            "all",
            "re",
            "i",
            "m",
            "s",
            "base64",
            "base64offset",
            "utf16",
            "utf16le",
            "utf16be",
            "wide",
            "cidr",
            "exists",
            "windash",
            "lt",
            "lte",
            "gt",
            "gte",
            "cased",
            "fieldref");

    private static final Set<String> OF_KEYWORDS = Set.of("contains", "all", "cased");

    private final String line;
    private final RuleBudget budget;
    private final Vocabulary vocabulary;
    private final int kind;
    private final String name;
    private final List<String> modifiers;

    /// @param line `CommandLine|contains|all`; without a name it is about any field
    /// @param budget of the rule it is a part of
    FieldTest(String line, Vocabulary vocabulary, int kind, RuleBudget budget) {
        String[] parts = line.split("\\|", -1);
        this.line = line;
        this.budget = budget;
        this.vocabulary = vocabulary;
        this.kind = kind;
        this.name = parts[0];
        this.modifiers = List.of(parts).subList(1, parts.length).stream()
                .map(modifier -> modifier.toLowerCase(Locale.ROOT))
                .toList();
        for (String modifier : modifiers) {
            if (!KNOWN.contains(modifier)) {
                throw new SigmaException("modifier '" + modifier + "' of '" + line + "' is not supported");
            }
        }
        boolean flags = has("i") || has("m") || has("s");
        if (flags && !has("re")) {
            throw new SigmaException("'" + line + "': i, m and s are modifiers of re");
        }
        if (modifiers.stream().anyMatch(ENCODINGS::contains) && !has("base64") && !has("base64offset")) {
            throw new SigmaException("'" + line + "': an encoding without base64 or base64offset matches nothing");
        }
    }

    /// Whether the line is to be asked after those that answer sooner.
    boolean isCostly() {
        return has("re") || has("cidr") || name.isEmpty();
    }

    EventTest of(List<?> values) {
        if (values.isEmpty()) {
            throw new SigmaException("'" + line + "' has an empty list of values");
        }
        List<EventTest> tests = new ArrayList<>();
        for (Object value : values) {
            tests.add(name.isEmpty() ? anywhere(value) : one(vocabulary.field(kind, name), value));
        }
        return has("all") ? EventTest.all(tests) : EventTest.any(tests);
    }

    private boolean has(String modifier) {
        return modifiers.contains(modifier);
    }

    private EventTest anywhere(Object value) {
        if (!modifiers.stream().allMatch(OF_KEYWORDS::contains)) {
            throw new SigmaException(
                    "'" + line + "': keywords are searched for as they are; of the modifiers they have "
                            + "contains, all and cased");
        }
        return pattern(value).anywhere(has("cased"));
    }

    private EventTest one(int field, Object value) {
        if (has("exists")) {
            boolean wanted = truth(value);
            return event -> (event.text(field) != null) == wanted;
        }
        if (value == null) {
            return event -> event.text(field) == null;
        }
        if (has("re")) {
            return expression(field, text(value));
        }
        if (has("cidr")) {
            Cidr block = Cidr.of(text(value));
            return event -> event.text(field) != null && block.holds(event.text(field));
        }
        if (has("fieldref")) {
            return reference(field, vocabulary.field(kind, text(value)));
        }
        if (has("lt") || has("lte") || has("gt") || has("gte")) {
            return number(field, text(value));
        }
        if (has("base64") || has("base64offset")) {
            return encoded(field, text(value));
        }
        TextPattern pattern = TextPattern.of(text(value));
        if (pattern.hasWildcards() && text(value).length() > LONGEST_PATTERN) {
            throw new SigmaException(
                    "'" + line + "': a text with wildcards has at most " + LONGEST_PATTERN + " characters");
        }
        return opened(has("windash") ? pattern.anyDash() : pattern).on(field, has("cased"));
    }

    private TextPattern pattern(Object value) {
        TextPattern pattern = TextPattern.of(text(value));
        if (pattern.hasWildcards() && text(value).length() > LONGEST_PATTERN) {
            throw new SigmaException(
                    "'" + line + "': a text with wildcards has at most " + LONGEST_PATTERN + " characters");
        }
        return pattern;
    }

    private TextPattern opened(TextPattern pattern) {
        boolean contains = has("contains");
        return pattern.open(contains || has("endswith"), contains || has("startswith"));
    }

    private EventTest expression(int field, String text) {
        if (text.length() > LONGEST_EXPRESSION) {
            throw new SigmaException("'" + line + "': an expression has at most " + LONGEST_EXPRESSION + " characters");
        }
        budget.takeExpression(line, ExpressionSize.of(text));
        int flags = (has("i") ? Pattern.CASE_INSENSITIVE : 0)
                | (has("m") ? Pattern.MULTILINE : 0)
                | (has("s") ? Pattern.DOTALL : 0);
        try {
            Pattern pattern = Pattern.compile(text, flags);
            return event -> {
                String value = event.text(field);
                return value != null
                        && pattern.matcher(EvaluationTime.watched(value)).find();
            };
        } catch (PatternSyntaxException wrong) {
            throw new SigmaException("'" + line + "': " + wrong.getMessage()
                    + " (expressions are RE2's: no look-around, no back references)");
        }
    }

    private EventTest encoded(int field, String text) {
        byte[] bytes = Encodings.bytes(
                text, modifiers.stream().filter(ENCODINGS::contains).findFirst().orElse(""));
        if (has("base64")) {
            return opened(TextPattern.literal(Encodings.base64(bytes))).on(field, true);
        }
        return EventTest.any(Encodings.base64Anywhere(bytes).stream()
                .map(form -> opened(TextPattern.literal(form)).on(field, true))
                .toList());
    }

    private EventTest reference(int field, int other) {
        boolean cased = has("cased");
        boolean contains = has("contains");
        boolean starts = has("startswith");
        boolean ends = has("endswith");
        return event -> {
            String left = cased ? event.text(field) : event.folded(field);
            String right = cased ? event.text(other) : event.folded(other);
            if (left == null || right == null) {
                return false;
            }
            return contains
                    ? left.contains(right)
                    : starts ? left.startsWith(right) : ends ? left.endsWith(right) : left.equals(right);
        };
    }

    private EventTest number(int field, String text) {
        double bound = parse(text);
        if (Double.isNaN(bound)) {
            throw new SigmaException("'" + line + "': '" + text + "' is not a number");
        }
        DoublePredicate fits = has("lt")
                ? value -> value < bound
                : has("lte") ? value -> value <= bound : has("gt") ? value -> value > bound : value -> value >= bound;
        return event -> {
            String value = event.text(field);
            return value != null && fits.test(parse(value)); // no comparison with what is no number holds
        };
    }

    private static double parse(String text) {
        try {
            return text.startsWith("0x") ? Long.parseLong(text.substring(2), 16) : Double.parseDouble(text);
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }

    private boolean truth(Object value) {
        if (value instanceof Boolean yes) {
            return yes;
        }
        throw new SigmaException("'" + line + "' is either true or false");
    }

    private String text(Object value) {
        if (value instanceof String || value instanceof Number || value instanceof Boolean) {
            return value.toString();
        }
        throw new SigmaException("'" + line + "' has a value that is no text, number or truth value");
    }
}

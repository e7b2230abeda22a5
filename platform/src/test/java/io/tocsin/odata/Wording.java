package io.tocsin.odata;

import io.tocsin.wire.WireTime;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Writes an [Ask] as a filter: strictly as OData has it, or in one of the spellings real clients use.
final class Wording {

    private final Random random;
    private final boolean lenient;

    private Wording(Random random, boolean lenient) {
        this.random = random;
        this.lenient = lenient;
    }

    static String strict(Ask ask) {
        return new Wording(new Random(0), false).of(ask, "");
    }

    static String lenient(Ask ask, long seed) {
        return new Wording(new Random(seed), true).of(ask, "");
    }

    /// @param variable the lambda's, or nothing outside of one
    private String of(Ask ask, String variable) {
        return switch (ask) {
            case Ask.All(var parts) -> joined(parts, "and", variable);
            case Ask.Either(var parts) -> joined(parts, "or", variable);
            case Ask.Not(var part) -> word("not") + space() + "(" + of(part, variable) + ")";
            case Ask.Truth(var part, var equal, var value) ->
                "(" + of(part, variable) + ")" + space() + word(equal ? "eq" : "ne") + space() + value;
            case Ask.Flag(var property) -> name(property, variable);
            case Ask.Compare(var term, var operator, var value) -> compare(term, operator, value, variable);
            case Ask.In(var term, var values) ->
                term(term, variable) + space() + word("in") + space() + list(term, values);
            case Ask.Match(var function, var term, var text) ->
                word(function) + "(" + term(term, variable) + "," + maybeSpace() + text(text) + ")";
            case Ask.Any(var collection, var element) ->
                collection + "/" + word("any") + "(" + element(collection) + ":" + maybeSpace()
                        + of(element, element(collection)) + ")";
            case Ask.Some(var collection) -> collection + "/any()";
        };
    }

    private static String element(String collection) {
        return collection.equals("evidence") ? "e" : "t";
    }

    private String joined(List<Ask> parts, String word, String variable) {
        Function<Ask, String> written = part -> part instanceof Ask.All || part instanceof Ask.Either
                ? "(" + of(part, variable) + ")"
                : of(part, variable);
        return parts.stream().map(written).collect(Collectors.joining(space() + word(word) + space()));
    }

    private String compare(Ask.Term term, String operator, Object value, String variable) {
        if (lenient && random.nextInt(8) == 0) {
            String mirrored = switch (operator) {
                case "gt" -> "lt";
                case "ge" -> "le";
                case "lt" -> "gt";
                case "le" -> "ge";
                default -> operator;
            };
            return quotedLiteral(term, value) + space() + word(mirrored) + space() + term(term, variable);
        }
        return term(term, variable) + space() + word(operator) + space() + literal(term, value);
    }

    private String term(Ask.Term term, String variable) {
        String name = name(term.property(), variable);
        return term.fold().isEmpty() ? name : word(term.fold()) + "(" + name + ")";
    }

    private String name(Ask.Property property, String variable) {
        if (property.name().equals(Ask.Any.ELEMENT)) {
            return variable;
        }
        String name = lenient && random.nextInt(6) == 0 ? property.name().toLowerCase(Locale.ROOT) : property.name();
        return variable.isEmpty() ? name : variable + "/" + name;
    }

    private String list(Ask.Term term, List<Object> values) {
        boolean square = lenient && random.nextInt(3) == 0;
        return values.stream()
                .map(value -> literal(term, value))
                .collect(Collectors.joining("," + maybeSpace(), square ? "[" : "(", square ? "]" : ")"));
    }

    private String literal(Ask.Term term, Object value) {
        if (lenient && value != null && term.property().type() == Ask.Type.CHOICE && random.nextInt(3) == 0) {
            return random.nextBoolean() ? (String) value : "microsoft.windowsDefenderATP.api.Choice'" + value + "'";
        }
        return quotedLiteral(term, value);
    }

    private String quotedLiteral(Ask.Term term, Object value) {
        return switch (value) {
            case null -> word("null");
            case String text -> text(text);
            case Boolean truth -> truth.toString();
            case UUID guid -> maybeQuoted(guid.toString());
            case Long ticks when term.property().type() == Ask.Type.TIME -> maybeQuoted(time(ticks));
            default -> maybeQuoted(value.toString());
        };
    }

    private String time(long ticks) {
        var time = new WireTime(ticks);
        if (!lenient || random.nextInt(3) > 0) {
            return time.toString();
        }
        if (random.nextBoolean()) {
            String elsewhere = time.plusSeconds(2 * 3600).toString();
            return elsewhere.substring(0, elsewhere.length() - 1) + (random.nextBoolean() ? "+02:00" : " 02:00");
        }
        boolean day = time.toString().endsWith("T00:00:00Z");
        return day ? time.toString().substring(0, 10) + (random.nextBoolean() ? "Z" : "") : time.toString();
    }

    private String text(String text) {
        if (lenient && random.nextInt(4) == 0) {
            return "\"" + text.replace("\"", "\"\"") + "\"";
        }
        return "'" + text.replace("'", "''") + "'";
    }

    private String maybeQuoted(String literal) {
        return lenient && random.nextInt(3) == 0 ? "'" + literal + "'" : literal;
    }

    private String word(String word) {
        if (!lenient) {
            return word;
        }
        return switch (random.nextInt(5)) {
            case 0 -> word.toUpperCase(Locale.ROOT);
            case 1 -> Character.toUpperCase(word.charAt(0)) + word.substring(1);
            default -> word;
        };
    }

    private String space() {
        if (!lenient) {
            return " ";
        }
        return switch (random.nextInt(8)) {
            case 0 -> "+";
            case 1 -> "  ";
            case 2 -> "%2B";
            case 3 -> "%20";
            default -> " ";
        };
    }

    private String maybeSpace() {
        return lenient && random.nextBoolean() ? space() : "";
    }
}

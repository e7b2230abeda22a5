package io.tocsin.odata;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Writes a condition as SQL. Only the model's columns and our own words reach the text; what the caller wrote is
/// bound.
final class SqlCompiler {

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    SqlCompiler(Condition condition) {
        write(condition);
    }

    String sql() {
        return sql.toString();
    }

    List<Object> parameters() {
        return parameters;
    }

    private void write(Condition condition) {
        switch (condition) {
            case Condition.All(var parts) -> joined(parts, " and ");
            case Condition.Either(var parts) -> either(parts);
            case Condition.Not(Condition.Missing(var subject)) ->
                append(subject.property().column(), " is not null");
            case Condition.Not(var part) -> not(part);
            case Condition.Missing(var subject) -> append(subject.property().column(), " is null");
            case Condition.Comparison comparison -> comparison(comparison);
            case Condition.OneOf(var subject, var values) -> oneOf(subject, values);
            case Condition.Match match -> match(match);
            case Condition.AnyElement any -> any(any);
            case Condition.NonEmpty(var collection) ->
                append("coalesce(cardinality(", collection.column(), "), 0) > 0");
        }
    }

    private void joined(List<Condition> parts, String separator) {
        for (Iterator<Condition> rest = parts.iterator(); rest.hasNext(); ) {
            write(rest.next());
            sql.append(rest.hasNext() ? separator : "");
        }
    }

    private void either(List<Condition> parts) {
        sql.append('(');
        joined(parts, " or ");
        sql.append(')');
    }

    /// Of a missing value SQL says "unknown" where the filter says "no", which is the same until it is negated.
    private void not(Condition part) {
        sql.append('(');
        write(part);
        sql.append(") is not true");
    }

    private void comparison(Condition.Comparison comparison) {
        Subject subject = comparison.subject();
        append(column(subject), " ", comparison.operator().sql(), " ", placeholder(subject));
        parameters.add(comparison.value());
    }

    private void oneOf(Subject subject, List<Object> values) {
        String rest = (", " + placeholder(subject)).repeat(values.size() - 1);
        append(column(subject), " in (", placeholder(subject), rest, ")");
        parameters.addAll(values);
    }

    private void match(Condition.Match match) {
        Subject subject = match.subject();
        if (subject.property().kind() == Kind.ENUMERATION) {
            append(Folding.LOWER.column(subject.property().column()), " like lower(?)");
        } else {
            append(column(subject), " like ", placeholder(subject));
        }
        parameters.add(match.match().pattern(match.text()));
    }

    private void any(Condition.AnyElement any) {
        if (any.element() instanceof Condition.Comparison(Subject element, Operator operator, Object value)
                && operator == Operator.EQ
                && element.folding() == Folding.NONE) {
            containing(any.collection(), value);
        } else {
            append("exists (select 1 from unnest(", any.collection().column(), ") as element(value) where ");
            write(any.element());
            sql.append(')');
        }
    }

    /// The form a GIN index serves.
    private void containing(Property collection, Object value) {
        append(collection.column(), " @> array[cast(? as text)]");
        parameters.add(value);
    }

    private static String column(Subject subject) {
        return switch (subject.property().kind()) {
            case CASE_INSENSITIVE_STRING ->
                Folding.LOWER.column(subject.property().column());
            // Its literals are brought to the stored spelling, so there is nothing left to fold.
            case ENUMERATION -> subject.property().column();
            default -> subject.folding().column(subject.property().column());
        };
    }

    private static String placeholder(Subject subject) {
        return subject.property().kind() == Kind.CASE_INSENSITIVE_STRING ? "lower(?)" : "?";
    }

    private void append(String... texts) {
        for (String text : texts) {
            sql.append(text);
        }
    }
}

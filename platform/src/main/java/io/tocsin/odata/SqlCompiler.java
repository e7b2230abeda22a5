package io.tocsin.odata;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/// Writes a condition as SQL. Only the model's columns and our own words reach the text; what the caller wrote is
/// bound.
///
/// Negations are carried down to the single condition, which knows what a missing value makes of its negation
/// (docs/adr/010); so no part is ever negated as a whole, and an index serves `not (a ne 'x')` as well as `a eq 'x'`.
final class SqlCompiler {

    private final StringBuilder sql = new StringBuilder();
    private final List<Object> parameters = new ArrayList<>();

    SqlCompiler(Condition condition) {
        write(condition, false);
    }

    String sql() {
        return sql.toString();
    }

    List<Object> parameters() {
        return parameters;
    }

    private void write(Condition condition, boolean negated) {
        switch (condition) {
            case Condition.All(var parts) -> joined(parts, !negated, negated);
            case Condition.Either(var parts) -> joined(parts, negated, negated);
            case Condition.Not(var part) -> write(part, !negated);
            case Condition.Truth truth -> truth(truth, negated);
            case Condition.Flag(var subject) -> append(negated ? "not " : "", column(subject));
            case Condition.Missing(var subject) ->
                append(subject.property().column(), negated ? " is not null" : " is null");
            case Condition.Comparison comparison -> comparison(comparison, negated);
            case Condition.OneOf oneOf -> certain(negated, () -> oneOf(oneOf));
            case Condition.Match match -> match(match, negated);
            case Condition.AnyElement any -> any(any, negated);
            case Condition.NonEmpty(var collection) -> nonEmpty(collection, negated);
        }
    }

    /// By "and", or by "or" in parentheses.
    private void joined(List<Condition> parts, boolean and, boolean negated) {
        append(and ? "" : "(");
        for (Iterator<Condition> rest = parts.iterator(); rest.hasNext(); ) {
            write(rest.next(), negated);
            append(rest.hasNext() ? and ? " and " : " or " : "");
        }
        append(and ? "" : ")");
    }

    /// Of a missing value SQL says "unknown" where OData says "no", which is the same until it is negated.
    private void certain(boolean negated, Runnable part) {
        append(negated ? "(" : "");
        part.run();
        append(negated ? ") is not true" : "");
    }

    private void truth(Condition.Truth truth, boolean negated) {
        certain(negated, () -> write(truth.part(), !truth.value()));
    }

    private void comparison(Condition.Comparison comparison, boolean negated) {
        Operator operator = comparison.operator();
        boolean turned = negated && operator.isEquality();
        certain(negated && !turned, () -> compare(comparison, turned ? operator.opposite() : operator));
    }

    private void compare(Condition.Comparison comparison, Operator operator) {
        Subject subject = comparison.subject();
        append(column(subject), " ", operator.sql(), " ", placeholder(subject));
        parameters.add(comparison.value());
    }

    private void oneOf(Condition.OneOf oneOf) {
        String rest =
                (", " + placeholder(oneOf.subject())).repeat(oneOf.values().size() - 1);
        append(column(oneOf.subject()), " in (", placeholder(oneOf.subject()), rest, ")");
        parameters.addAll(oneOf.values());
    }

    private void match(Condition.Match match, boolean negated) {
        Subject subject = match.subject();
        String like = negated ? " not like " : " like ";
        if (subject.property().kind() == Kind.ENUMERATION) {
            append(Folding.LOWER.column(subject.property().column()), like, "lower(?)");
        } else {
            append(column(subject), like, placeholder(subject));
        }
        parameters.add(match.match().pattern(match.text()));
    }

    private void any(Condition.AnyElement any, boolean negated) {
        if (any.collection().kind() == Kind.STRINGS
                && any.element() instanceof Condition.Comparison(Subject element, Operator operator, Object value)
                && operator == Operator.EQ
                && element.folding() == Folding.NONE) {
            certain(negated, () -> containing(any.collection(), value));
        } else {
            append(negated ? "not " : "", "exists (select 1 from ", elements(any.collection()));
            write(any.element(), false);
            append(")");
        }
    }

    private static String elements(Property collection) {
        return collection.kind() == Kind.STRINGS
                ? "unnest(" + collection.column() + ") as element(value) where "
                : collection.column() + " and ";
    }

    /// The form a GIN index serves, also one that leaves out the empty arrays.
    private void containing(Property collection, Object value) {
        append(collection.column(), " <> '{}' and ", collection.column(), " @> array[cast(? as text)]");
        parameters.add(value);
    }

    private void nonEmpty(Property collection, boolean negated) {
        if (collection.kind() == Kind.STRINGS) {
            append("coalesce(cardinality(", collection.column(), "), 0)", negated ? " = 0" : " > 0");
        } else {
            append(negated ? "not " : "", "exists (select 1 from ", collection.column(), ")");
        }
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

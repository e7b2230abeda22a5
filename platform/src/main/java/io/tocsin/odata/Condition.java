package io.tocsin.odata;

import java.util.List;

/// A filter, parsed and checked against its entity. A condition on a missing value does not hold, and so its negation
/// does.
sealed interface Condition {

    record All(List<Condition> parts) implements Condition {}

    record Either(List<Condition> parts) implements Condition {}

    record Not(Condition part) implements Condition {}

    record Comparison(Subject subject, Operator operator, Object value) implements Condition {}

    record Missing(Subject subject) implements Condition {}

    record OneOf(Subject subject, List<Object> values) implements Condition {}

    record Match(Subject subject, TextMatch match, String text) implements Condition {}

    /// At least one element of a collection meets the condition, which speaks of the element alone.
    record AnyElement(Property collection, Condition element) implements Condition {}

    record NonEmpty(Property collection) implements Condition {}
}

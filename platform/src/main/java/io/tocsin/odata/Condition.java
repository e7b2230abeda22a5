package io.tocsin.odata;

import java.util.List;

/// A filter, parsed and checked against its entity. It is true, false or, as OData has it, null: a comparison with a
/// missing value is true or false, a text function of one is null (docs/adr/010).
sealed interface Condition {

    record All(List<Condition> parts) implements Condition {}

    record Either(List<Condition> parts) implements Condition {}

    record Not(Condition part) implements Condition {}

    /// `(part) eq true`, `(part) eq false`
    record Truth(Condition part, boolean value) implements Condition {}

    /// A boolean property that stands alone.
    record Flag(Subject subject) implements Condition {}

    record Comparison(Subject subject, Operator operator, Object value) implements Condition {}

    record Missing(Subject subject) implements Condition {}

    record OneOf(Subject subject, List<Object> values) implements Condition {}

    record Match(Subject subject, TextMatch match, String text) implements Condition {}

    /// At least one element of a collection meets the condition, which speaks of the element alone.
    record AnyElement(Property collection, Condition element) implements Condition {}

    record NonEmpty(Property collection) implements Condition {}
}

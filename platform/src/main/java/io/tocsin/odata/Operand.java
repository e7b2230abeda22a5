package io.tocsin.odata;

/// What can stand on a side of a comparison.
sealed interface Operand permits Subject, Operand.Value, Operand.Verdict {

    /// Whether it is true or false by itself.
    default boolean isTruth() {
        return this instanceof Verdict
                || this instanceof Subject subject && subject.property().kind() == Kind.BOOL;
    }

    record Value(Token literal) implements Operand {}

    record Verdict(Condition condition) implements Operand {}
}

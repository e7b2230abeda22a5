package io.tocsin.odata;

/// What can stand on a side of a comparison.
sealed interface Operand permits Subject, Operand.Value, Operand.Verdict {

    record Value(Token literal) implements Operand {}

    /// A function that is true or false by itself.
    record Verdict(Condition condition) implements Operand {}
}

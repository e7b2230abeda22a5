package io.tocsin.odata;

import java.util.Arrays;
import java.util.Optional;

/// The comparisons of `$filter`.
enum Operator {
    EQ("="),
    NE("is distinct from"),
    GT(">"),
    GE(">="),
    LT("<"),
    LE("<=");

    private final String sql;

    Operator(String sql) {
        this.sql = sql;
    }

    static Optional<Operator> of(Token token) {
        return Arrays.stream(values())
                .filter(operator -> token.isWord(operator.name()))
                .findFirst();
    }

    String sql() {
        return sql;
    }

    boolean isEquality() {
        return this == EQ || this == NE;
    }

    /// `eq` for `ne` and the reverse; an order has no opposite, as a missing value is on neither side of it.
    Operator opposite() {
        return switch (this) {
            case EQ -> NE;
            case NE -> EQ;
            case GT, GE, LT, LE -> throw new IllegalStateException(this + " has no opposite");
        };
    }

    /// The same comparison with its sides exchanged.
    Operator mirrored() {
        return switch (this) {
            case EQ, NE -> this;
            case GT -> LT;
            case GE -> LE;
            case LT -> GT;
            case LE -> GE;
        };
    }
}

package io.tocsin.odata;

import java.util.List;

/// A property as a filter speaks of it; it knows which conditions its kind allows.
///
/// @param token where it is named
record Subject(Property property, Folding folding, Token token) implements Operand {

    Condition compared(Operator operator, Token literal) {
        if (literal.isNull() && property.kind() != Kind.ROWS) {
            return comparedWithNull(operator, literal);
        }
        checkScalar();
        if (!operator.isEquality() && !property.kind().ordered()) {
            throw token.fault(property.name() + " has no order; it allows eq, ne and in");
        }
        return new Condition.Comparison(this, operator, property.read(literal));
    }

    private Condition comparedWithNull(Operator operator, Token literal) {
        return switch (operator) {
            case EQ -> new Condition.Missing(this);
            case NE -> new Condition.Not(new Condition.Missing(this));
            case GT, GE, LT, LE -> throw literal.fault("null has no order; it allows eq and ne");
        };
    }

    Condition oneOf(List<Token> literals) {
        checkScalar();
        var values = literals.stream()
                .filter(literal -> !literal.isNull())
                .map(property::read)
                .toList();
        var known = new Condition.OneOf(this, values);
        if (values.size() == literals.size()) {
            return known;
        }
        var missing = new Condition.Missing(this);
        return values.isEmpty() ? missing : new Condition.Either(List.of(known, missing));
    }

    Condition matched(TextMatch match, Token literal) {
        checkTextual();
        if (literal.isNull() || literal.isTruth()) {
            throw literal.unexpected("text in quotes");
        }
        return new Condition.Match(this, match, literal.text());
    }

    /// `machineTags has 'x'`, which some clients write for `any`.
    Condition having(Token literal) {
        if (property.kind() != Kind.STRINGS) {
            throw token.fault(property.name() + " is not a collection; it does not allow has");
        }
        var element = new Subject(Property.element("t"), Folding.NONE, token);
        return new Condition.AnyElement(property, element.compared(Operator.EQ, literal));
    }

    /// Whether a bare word is one of this enumeration's values.
    boolean isSpelling(Token word) {
        return word.kind() == TokenKind.NAME && property.spellings().containsKey(word.text());
    }

    /// A boolean property may stand alone.
    Condition alone() {
        if (property.kind() != Kind.BOOL) {
            throw token.fault(property.name() + " is not compared with anything");
        }
        return new Condition.Flag(this);
    }

    Subject folded(Folding other) {
        checkTextual();
        return new Subject(property, other, token);
    }

    private void checkTextual() {
        checkScalar();
        if (!property.kind().textual()) {
            throw token.fault(property.name() + " is not text");
        }
    }

    private void checkScalar() {
        if (property.kind().isCollection()) {
            String element = property.kind() == Kind.STRINGS ? "t" : "t/…";
            throw token.fault(
                    property.name() + " is a collection; use " + property.name() + "/any(t: " + element + " eq 'x')");
        }
    }
}

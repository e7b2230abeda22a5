package io.tocsin.odata;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Reads `$filter` by recursive descent, a method per rule, no deeper than [#MAX_NESTING]:
///
/// ```
/// expression  = conjunction *("or" conjunction)
/// conjunction = comparison *("and" comparison)
/// comparison  = unary [operator unary | ["not"] "in" list | "has" value]
/// unary       = "not" unary | primary
/// primary     = "(" expression ")" | value | function "(" … ")" | property ["/any(" … ")"]
/// ```
final class FilterParser {

    private static final int MAX_NESTING = 32;
    private static final int MAX_LIST = 1_000;

    private final TokenCursor cursor;
    private final Function<Token, Property> names;
    private int depth;

    private FilterParser(TokenCursor cursor, Function<Token, Property> names, int depth) {
        this.cursor = cursor;
        this.names = names;
        this.depth = depth;
    }

    static Condition parse(EntityModel model, String filter) {
        var cursor = new TokenCursor(Lexer.tokens(Option.FILTER, filter));
        var condition = new FilterParser(cursor, model::property, 0).condition();
        cursor.expectEnd("'and', 'or'");
        return condition;
    }

    private Condition condition() {
        Token start = cursor.peek();
        return verdict(expression(), start);
    }

    private Operand expression() {
        return joined("or", this::conjunction, Condition.Either::new);
    }

    private Operand conjunction() {
        return joined("and", this::comparison, Condition.All::new);
    }

    private Operand joined(String word, Supplier<Operand> part, Function<List<Condition>, Condition> whole) {
        Token start = cursor.peek();
        Operand first = part.get();
        if (!cursor.peek().isWord(word)) {
            return first;
        }
        var parts = new ArrayList<Condition>();
        parts.add(verdict(first, start));
        while (cursor.takeWord(word)) {
            Token next = cursor.peek();
            parts.add(verdict(part.get(), next));
        }
        return new Operand.Verdict(whole.apply(parts));
    }

    private Operand comparison() {
        Token start = cursor.peek();
        return compared(unary(), start);
    }

    /// The operand, or what it is compared with makes of it.
    private Operand compared(Operand left, Token start) {
        Token sign = cursor.peek();
        if (cursor.takeWord("in")) {
            return new Operand.Verdict(oneOf(subject(left, start)));
        }
        if (cursor.takeWord("not")) {
            cursor.expectWord("in");
            return new Operand.Verdict(new Condition.Not(oneOf(subject(left, start))));
        }
        if (cursor.takeWord("has")) {
            return new Operand.Verdict(subject(left, start).having(literal()));
        }
        var operator = Operator.of(sign);
        if (operator.isEmpty()) {
            return left;
        }
        cursor.take();
        return new Operand.Verdict(comparison(left, operator.get(), opposite(left), sign));
    }

    private Condition oneOf(Subject subject) {
        return subject.oneOf(list(subject));
    }

    private Operand unary() {
        return cursor.takeWord("not") ? nested(this::negation) : primary();
    }

    /// `not` binds closer than a comparison, but `not title eq 'x'` can only mean `not (title eq 'x')`.
    private Operand negation() {
        Token start = cursor.peek();
        Operand operand = unary();
        Operand negated = operand.isTruth() ? operand : compared(operand, start);
        return new Operand.Verdict(new Condition.Not(verdict(negated, start)));
    }

    private <T> T nested(Supplier<T> part) {
        if (++depth > MAX_NESTING) {
            throw cursor.peek().fault("The filter is nested deeper than " + MAX_NESTING + " levels");
        }
        T result = part.get();
        depth--;
        return result;
    }

    private <T> T closed(T part) {
        cursor.expectSymbol(")");
        return part;
    }

    private static Condition verdict(Operand operand, Token start) {
        return switch (operand) {
            case Operand.Verdict verdict -> verdict.condition();
            case Subject subject -> subject.alone();
            case Operand.Value _ -> throw start.unexpected("a condition");
        };
    }

    private static Condition comparison(Operand left, Operator operator, Operand right, Token sign) {
        if (left instanceof Subject subject && right instanceof Operand.Value(Token literal)) {
            return subject.compared(operator, literal);
        }
        if (left instanceof Operand.Value(Token literal) && right instanceof Subject subject) {
            return subject.compared(operator.mirrored(), literal);
        }
        if (left instanceof Operand.Verdict(Condition condition)
                && right instanceof Operand.Value(Token literal)
                && literal.isTruth()
                && operator.isEquality()) {
            var truth = new Condition.Truth(condition, literal.isWord("true"));
            return operator == Operator.EQ ? truth : new Condition.Not(truth);
        }
        throw sign.fault(sign.shown() + " needs a property on one side and a value on the other");
    }

    /// The other side of a comparison. An enumeration's value may be bare, and is then no property's name.
    private Operand opposite(Operand left) {
        boolean bare = left instanceof Subject subject && subject.isSpelling(cursor.peek());
        return bare ? new Operand.Value(cursor.take()) : unary();
    }

    private Operand primary() {
        Token start = cursor.take();
        if (start.isLiteral()) {
            return new Operand.Value(start);
        }
        if (start.isSymbol("(")) {
            return nested(() -> closed(expression()));
        }
        if (start.kind() != TokenKind.NAME) {
            throw start.unexpected("a property, a function or a value");
        }
        if (cursor.takeSymbol("(")) {
            return nested(() -> closed(call(start)));
        }
        Property property = names.apply(start);
        if (cursor.takeSymbol("/")) {
            return new Operand.Verdict(nested(() -> closed(any(property, start))));
        }
        return new Subject(property, Folding.NONE, start);
    }

    private Operand call(Token function) {
        return switch (Property.key(function.text())) {
            case "contains" -> match(TextMatch.CONTAINS);
            case "startswith" -> match(TextMatch.STARTS_WITH);
            case "endswith" -> match(TextMatch.ENDS_WITH);
            case "tolower" -> folded(Folding.LOWER);
            case "toupper" -> folded(Folding.UPPER);
            default -> throw function.fault("The function " + function.shown() + " is not supported");
        };
    }

    private Operand match(TextMatch match) {
        Token start = cursor.peek();
        Subject subject = subject(primary(), start);
        cursor.expectSymbol(",");
        return new Operand.Verdict(subject.matched(match, literal()));
    }

    private Operand folded(Folding folding) {
        Token start = cursor.peek();
        Operand inner = primary();
        if (inner instanceof Operand.Value(Token literal) && literal.kind() == TokenKind.TEXT) {
            return new Operand.Value(literal.withText(folding.text(literal.text())));
        }
        return subject(inner, start).folded(folding);
    }

    private Condition any(Property collection, Token start) {
        cursor.expectWord("any");
        cursor.expectSymbol("(");
        if (!collection.kind().isCollection()) {
            throw start.fault(collection.name() + " is not a collection; it does not allow any");
        }
        if (cursor.peek().isSymbol(")")) {
            return new Condition.NonEmpty(collection);
        }
        Token variable = cursor.expectName("a variable");
        cursor.expectSymbol(":");
        return new Condition.AnyElement(collection, lambda(collection, variable).condition());
    }

    private FilterParser lambda(Property collection, Token variable) {
        Property element = Property.element(variable.text());
        return new FilterParser(cursor, name -> elementNamed(name, element, collection), depth);
    }

    private Property elementNamed(Token name, Property element, Property collection) {
        if (!name.isWord(element.name())) {
            throw name.unexpected("the variable '" + element.name() + "'");
        }
        if (collection.kind() == Kind.STRINGS) {
            return element;
        }
        cursor.expectSymbol("/");
        return collection.elements().property(cursor.expectName("a property"));
    }

    private static Subject subject(Operand operand, Token start) {
        if (operand instanceof Subject subject) {
            return subject;
        }
        throw start.unexpected("a property");
    }

    private Token literal() {
        Token start = cursor.peek();
        if (primary() instanceof Operand.Value(Token literal)) {
            return literal;
        }
        throw start.unexpected("a value");
    }

    private List<Token> list(Subject subject) {
        String close = cursor.takeSymbol("[") ? "]" : ")";
        if (close.equals(")")) {
            cursor.expectSymbol("(");
        }
        var literals = new ArrayList<Token>();
        do {
            literals.add(subject.isSpelling(cursor.peek()) ? cursor.take() : literal());
            checkLength(literals);
        } while (cursor.takeSymbol(","));
        cursor.expectSymbol(close);
        return literals;
    }

    private static void checkLength(List<Token> literals) {
        if (literals.size() > MAX_LIST) {
            throw literals.getLast().fault("The list is longer than " + MAX_LIST + " values");
        }
    }
}

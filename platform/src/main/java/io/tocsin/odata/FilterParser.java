package io.tocsin.odata;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// Reads `$filter` by recursive descent, a method per rule, no deeper than [#MAX_NESTING].
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
        var condition = new FilterParser(cursor, model::property, 0).alternatives();
        cursor.expectEnd("'and', 'or'");
        return condition;
    }

    private Condition alternatives() {
        var parts = separated("or", this::conjunction);
        return parts.size() == 1 ? parts.getFirst() : new Condition.Either(parts);
    }

    private Condition conjunction() {
        var parts = separated("and", this::factor);
        return parts.size() == 1 ? parts.getFirst() : new Condition.All(parts);
    }

    private List<Condition> separated(String word, Supplier<Condition> part) {
        var parts = new ArrayList<Condition>();
        do {
            parts.add(part.get());
        } while (cursor.takeWord(word));
        return parts;
    }

    private Condition factor() {
        if (cursor.takeWord("not")) {
            return new Condition.Not(nested(this::factor));
        }
        if (cursor.takeSymbol("(")) {
            return nested(() -> closed(alternatives()));
        }
        return predicate();
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

    private Condition predicate() {
        Token start = cursor.peek();
        Operand left = operand();
        Token sign = cursor.peek();
        if (cursor.takeWord("in")) {
            return subject(left, start).oneOf(list());
        }
        if (cursor.takeWord("has")) {
            return subject(left, start).having(literal());
        }
        var operator = Operator.of(sign);
        if (operator.isEmpty()) {
            return alone(left, start);
        }
        cursor.take();
        return comparison(left, operator.get(), operand(), sign);
    }

    private static Condition alone(Operand operand, Token start) {
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
            return literal.isWord("true") == (operator == Operator.EQ) ? condition : new Condition.Not(condition);
        }
        throw sign.fault(sign.shown() + " needs a property on one side and a value on the other");
    }

    private Operand operand() {
        Token start = cursor.take();
        if (start.isLiteral()) {
            return new Operand.Value(start);
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
        Subject subject = subject(operand(), start);
        cursor.expectSymbol(",");
        return new Operand.Verdict(subject.matched(match, literal()));
    }

    private Operand folded(Folding folding) {
        Token start = cursor.peek();
        Operand inner = operand();
        if (inner instanceof Operand.Value(Token literal) && literal.kind() == TokenKind.TEXT) {
            return new Operand.Value(literal.withText(folding.text(literal.text())));
        }
        return subject(inner, start).folded(folding);
    }

    private Condition any(Property collection, Token start) {
        cursor.expectWord("any");
        cursor.expectSymbol("(");
        if (collection.kind() != Kind.STRINGS) {
            throw start.fault(collection.name() + " is not a collection; it does not allow any");
        }
        if (cursor.peek().isSymbol(")")) {
            return new Condition.NonEmpty(collection);
        }
        Token variable = cursor.expectName("a variable");
        cursor.expectSymbol(":");
        return new Condition.AnyElement(collection, lambda(variable).alternatives());
    }

    private FilterParser lambda(Token variable) {
        Property element = Property.element(variable.text());
        return new FilterParser(cursor, name -> elementNamed(name, element), depth);
    }

    private static Property elementNamed(Token name, Property element) {
        if (!name.isWord(element.name())) {
            throw name.unexpected("the variable '" + element.name() + "'");
        }
        return element;
    }

    private static Subject subject(Operand operand, Token start) {
        if (operand instanceof Subject subject) {
            return subject;
        }
        throw start.unexpected("a property");
    }

    private Token literal() {
        Token start = cursor.peek();
        if (operand() instanceof Operand.Value(Token literal)) {
            return literal;
        }
        throw start.unexpected("a value");
    }

    private List<Token> list() {
        String close = cursor.takeSymbol("[") ? "]" : ")";
        if (close.equals(")")) {
            cursor.expectSymbol("(");
        }
        var literals = new ArrayList<Token>();
        do {
            literals.add(literal());
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

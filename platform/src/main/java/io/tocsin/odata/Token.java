package io.tocsin.odata;

import io.tocsin.wire.ProblemException;

/// One piece of an option, and where it stands there.
///
/// @param position of its first character, from zero
/// @param option the option's name, for messages
record Token(TokenKind kind, String text, int position, String option) {

    boolean isSymbol(String symbol) {
        return kind == TokenKind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String word) {
        return kind == TokenKind.NAME && text.equalsIgnoreCase(word);
    }

    boolean isNull() {
        return isWord("null");
    }

    boolean isTruth() {
        return isWord("true") || isWord("false");
    }

    boolean isLiteral() {
        return switch (kind) {
            case TEXT, NUMBER, TIME, GUID -> true;
            case NAME -> isNull() || isTruth();
            case SYMBOL, END -> false;
        };
    }

    Token withText(String other) {
        return new Token(kind, other, position, option);
    }

    String shown() {
        return kind == TokenKind.END ? "the end" : Fault.shown(text);
    }

    ProblemException fault(String what) {
        return Fault.at(position, option, what);
    }

    ProblemException unexpected(String expected) {
        return fault("Expected " + expected + " but found " + shown());
    }
}

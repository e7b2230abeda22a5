package io.tocsin.odata;

import java.util.List;

/// Walks over the tokens of one option; the last one, `END`, is never passed.
final class TokenCursor {

    private final List<Token> tokens;
    private int next;

    TokenCursor(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(next);
    }

    Token take() {
        Token token = peek();
        if (token.kind() != TokenKind.END) {
            next++;
        }
        return token;
    }

    boolean takeSymbol(String symbol) {
        return takeIf(peek().isSymbol(symbol));
    }

    boolean takeWord(String word) {
        return takeIf(peek().isWord(word));
    }

    private boolean takeIf(boolean wanted) {
        if (wanted) {
            next++;
        }
        return wanted;
    }

    void expectSymbol(String symbol) {
        if (!takeSymbol(symbol)) {
            throw peek().unexpected("'" + symbol + "'");
        }
    }

    void expectWord(String word) {
        if (!takeWord(word)) {
            throw peek().unexpected("'" + word + "'");
        }
    }

    Token expectName(String what) {
        Token token = take();
        if (token.kind() != TokenKind.NAME) {
            throw token.unexpected(what);
        }
        return token;
    }

    void expectEnd(String orElse) {
        if (peek().kind() != TokenKind.END) {
            throw peek().unexpected(orElse + " or the end");
        }
    }
}

package io.tocsin.odata;

/// What a piece of an option can be.
enum TokenKind {
    /// A property, function or operator, or `true`, `false`, `null`.
    NAME,
    /// A quoted value; the token holds it without its quotes.
    TEXT,
    NUMBER,
    TIME,
    GUID,
    SYMBOL,
    END
}

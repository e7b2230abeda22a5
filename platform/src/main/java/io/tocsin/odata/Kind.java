package io.tocsin.odata;

/// How a property is stored, and so what may be asked of it.
enum Kind {
    STRING(true, true),
    CASE_INSENSITIVE_STRING(true, true),
    LONG_NUMBER(true, false),
    BOOL(false, false),
    TIME(true, false),
    ENUMERATION(false, true),
    GUID(true, false),
    STRINGS(false, false),
    ROWS(false, false);

    private final boolean ordered;
    private final boolean textual;

    Kind(boolean ordered, boolean textual) {
        this.ordered = ordered;
        this.textual = textual;
    }

    /// Whether `gt` and its like make sense.
    boolean ordered() {
        return ordered;
    }

    /// Whether it has elements, asked for by `any`.
    boolean isCollection() {
        return this == STRINGS || this == ROWS;
    }

    /// Whether its column is one text.
    boolean textual() {
        return textual;
    }
}

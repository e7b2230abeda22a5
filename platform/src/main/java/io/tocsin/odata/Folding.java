package io.tocsin.odata;

import java.util.Locale;

/// What `tolower` and `toupper` do to a column, or to a literal.
enum Folding {
    NONE,
    LOWER,
    UPPER;

    String column(String column) {
        return switch (this) {
            case NONE -> column;
            case LOWER -> "lower(" + column + ")";
            case UPPER -> "upper(" + column + ")";
        };
    }

    String text(String text) {
        return switch (this) {
            case NONE -> text;
            case LOWER -> text.toLowerCase(Locale.ROOT);
            case UPPER -> text.toUpperCase(Locale.ROOT);
        };
    }
}

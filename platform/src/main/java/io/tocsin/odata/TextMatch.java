package io.tocsin.odata;

import java.util.regex.Pattern;

/// The text functions, as patterns of SQL's `like`.
enum TextMatch {
    CONTAINS("%", "%"),
    STARTS_WITH("", "%"),
    ENDS_WITH("%", "");

    private static final Pattern SPECIAL = Pattern.compile("[\\\\%_]");

    private final String before;
    private final String after;

    TextMatch(String before, String after) {
        this.before = before;
        this.after = after;
    }

    /// A pattern in which every character of the text stands for itself.
    String pattern(String text) {
        return before + SPECIAL.matcher(text).replaceAll("\\\\$0") + after;
    }
}

package io.tocsin.odata;

import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/// One property callers may filter and sort on.
///
/// @param column what a comparison stands on; for rows of another table, the `from` and `where` that reach them
/// @param spellings an enumeration's values, found in any case; empty for every other kind
/// @param required whether its column is `not null`
/// @param elements what may be asked of rows of another table; null for every other kind
record Property(
        String name, String column, Kind kind, Map<String, String> spellings, boolean required, EntityModel elements) {

    static Property of(String name, String column, Kind kind) {
        return new Property(name, column, kind, Map.of(), false, null);
    }

    static Property rows(String name, String from, EntityModel elements) {
        return new Property(name, from, Kind.ROWS, Map.of(), false, elements);
    }

    static Property enumeration(String name, String column, Collection<String> spellings) {
        var known = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        spellings.forEach(spelling -> known.put(spelling, spelling));
        return new Property(name, column, Kind.ENUMERATION, known, false, null);
    }

    /// The element a lambda's variable stands for.
    static Property element(String variable) {
        return of(variable, "element.value", Kind.STRING);
    }

    Property asRequired() {
        return new Property(name, column, kind, spellings, true, elements);
    }

    String key() {
        return key(name);
    }

    /// Names are found in any case.
    static String key(String name) {
        return name.toLowerCase(Locale.ROOT);
    }

    /// What the column is compared with: `String`, `Long`, `Boolean` or `UUID`.
    Object read(Token literal) {
        return switch (kind) {
            case STRING, CASE_INSENSITIVE_STRING, STRINGS -> Literals.text(this, literal);
            case LONG_NUMBER -> Literals.wholeNumber(this, literal);
            case BOOL -> Literals.truth(this, literal);
            case TIME -> Literals.ticks(this, literal);
            case ENUMERATION -> Literals.spelling(this, literal);
            case GUID -> Literals.guid(this, literal);
            case ROWS -> throw literal.fault(name + " is a collection; it is compared with nothing");
        };
    }
}

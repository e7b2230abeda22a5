package io.tocsin.odata;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The query options we know.
enum Option {
    FILTER,
    ORDERBY,
    TOP,
    SKIP,
    SKIPTOKEN,
    COUNT,
    EXPAND,
    SELECT;

    private final String bareName = name().toLowerCase(Locale.ROOT);

    /// `$filter`
    String wireName() {
        return "$" + bareName;
    }

    /// The option of that name, with or without `$` (or a `%24` that was encoded twice), in any case.
    static Optional<Option> named(String name) {
        String bare = name.startsWith("$") ? name.substring(1) : name.startsWith("%24") ? name.substring(3) : name;
        return Arrays.stream(values())
                .filter(option -> option.bareName.equalsIgnoreCase(bare))
                .findFirst();
    }
}

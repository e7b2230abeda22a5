package io.tocsin.observe;

import static java.util.Objects.requireNonNull;

import io.micrometer.core.instrument.Tags;

/// One figure of `/q/metrics` that was read from the database.
///
/// @param name lower case, dotted, beginning with `tocsin.`
/// @param unit the base unit, `seconds` where it is a time, else null
/// @param tags few values each: never an id, a name a caller chose, or a tenant
/// @param meaning one sentence for the operator
record Figure(String name, String unit, Tags tags, String meaning, double value) {

    Figure {
        requireNonNull(name);
        requireNonNull(tags);
        requireNonNull(meaning);
    }
}

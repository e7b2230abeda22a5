package io.tocsin.response.machine;

import java.util.Locale;
import java.util.regex.Pattern;

/// What is counted over the machines of a tenant.
///
/// @param version empty but for a version of a product, and there when nobody knows it
record InventoryItem(Kind kind, String item, String version) {

    private static final Pattern SPACES = Pattern.compile("\\s+");

    enum Kind {
        Software,
        Version,
        MissingKb
    }

    static InventoryItem product(SoftwareReport it) {
        return new InventoryItem(Kind.Software, it.productId(), "");
    }

    static InventoryItem version(SoftwareReport it) {
        return new InventoryItem(Kind.Version, it.productId(), it.knownVersion());
    }

    static InventoryItem missingKb(MissingKbReport it) {
        return new InventoryItem(Kind.MissingKb, it.id(), "");
    }

    /// One of the two words an id of a product is made of.
    static String word(String name) {
        return SPACES.matcher(name.toLowerCase(Locale.ROOT)).replaceAll("_");
    }
}

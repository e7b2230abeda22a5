package io.tocsin.odata;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The table of accepted filters.
///
/// @param left the ids of the rows it leaves, sorted and joined by spaces
record Accepted(String filter, String left) {

    private static final String TABLE = "accepted-filters.txt";

    static List<Accepted> all() {
        try (var table = Accepted.class.getResourceAsStream(TABLE)) {
            return new String(table.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Accepted::of)
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static Accepted of(String line) {
        int bar = line.indexOf('|');
        String left = line.substring(0, bar).strip();
        return new Accepted(line.substring(bar + 2), left.equals("-") ? "" : left);
    }

    @Override
    public String toString() {
        return filter;
    }
}

package io.tocsin.response.investigation;

import java.util.Optional;
import java.util.UUID;

/// Ids as callers write them.
final class Ids {

    private Ids() {}

    /// Nothing where it is none.
    static Optional<UUID> of(String text) {
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }
}

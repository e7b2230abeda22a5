package io.tocsin.secret;

import static java.util.Objects.requireNonNull;

import java.util.UUID;

/// A key of one tenant and service, in the clear: it lives in memory only.
final class DataKey {

    private final UUID tenant;
    private final UUID id;
    private final int generation;
    private final byte[] bytes;

    DataKey(UUID tenant, UUID id, int generation, byte[] bytes) {
        this.tenant = requireNonNull(tenant);
        this.id = requireNonNull(id);
        this.generation = generation;
        this.bytes = bytes.clone();
    }

    static DataKey made(UUID tenant, int generation) {
        return new DataKey(tenant, UUID.randomUUID(), generation, ExtendedGcm.random(ExtendedGcm.KEY));
    }

    UUID tenant() {
        return tenant;
    }

    UUID id() {
        return id;
    }

    int generation() {
        return generation;
    }

    byte[] bytes() {
        return bytes;
    }

    /// Without the key: whatever logs it, tells nothing.
    @Override
    public String toString() {
        return "data key " + id;
    }
}

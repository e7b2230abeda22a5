package io.tocsin.response.file;

import java.util.UUID;

/// Where contents are kept. Pieces are written in the order of their places; one that is written again replaces
/// itself.
interface BlobStore {

    void write(UUID tenant, UUID blob, long at, byte[] content);

    /// What is there from a place on, at most a mebibyte; empty at the end.
    byte[] read(UUID tenant, UUID blob, long at);

    /// Nothing of it is left; it may be gone already.
    void remove(UUID tenant, UUID blob);
}

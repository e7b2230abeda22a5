package io.tocsin.response.file;

import java.util.UUID;

/// Where contents are kept. Pieces are written in the order of their places; one that is written again replaces
/// itself. Whatever may be out of reach throws a `RetryLaterException` when it is.
interface BlobStore {

    void write(UUID tenant, UUID blob, long at, byte[] content);

    /// What is there from a place on, at most a mebibyte; empty at the end.
    byte[] read(UUID tenant, UUID blob, long at);

    /// Nothing of it is left; it may be gone already.
    void remove(UUID tenant, UUID blob);

    /// Looks whether contents can be reached.
    ///
    /// @throws RuntimeException with the reason when they cannot
    void check();
}

package io.tocsin.alert.audit;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash of one batch: SHA-256 over the hash of the batch before it, the batch's number in eight bytes and the
/// canonical
/// bytes of its rows in order (docs/audit.md).
final class SealHash {

    private static final byte[] FIRST = new byte[32];

    private final MessageDigest digest;

    /// @param previous hash of the seal before
    SealHash(byte[] previous, long seq) {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException never) {
            throw new IllegalStateException(never);
        }
        digest.update(previous);
        digest.update(ByteBuffer.allocate(8).putLong(seq).array());
    }

    /// What stands for the seal before a tenant's first: 32 bytes of zero.
    static byte[] none() {
        return FIRST.clone();
    }

    void add(AuditEntry entry) {
        digest.update(entry.canonicalBytes());
    }

    byte[] value() {
        return digest.digest();
    }
}

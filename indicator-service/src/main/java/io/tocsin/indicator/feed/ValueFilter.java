package io.tocsin.indicator.feed;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// A Bloom filter that anybody can read who has SHA-256 (docs/api.md): ten bits a value, seven of them looked at, one
/// false
/// hit in about 120 values that are not in it.
final class ValueFilter {

    static final int LOOKS = 7;

    private static final int BITS_EACH = 10;
    private static final byte[] MAGIC = "TCNF".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int HEADER = 4 + 4 + 4 + 8 + 8;

    private final long bits;
    private final byte[] filter;
    private final MessageDigest digest;
    private long values;

    /// @param expected values; with more of them false hits grow
    ValueFilter(long expected) {
        bits = Math.max(64, (expected * BITS_EACH + 7) / 8 * 8);
        filter = new byte[Math.toIntExact(bits / 8)];
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// @param text `type:value`, the value in canonical form
    void add(String text) {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        long first = hash.getLong();
        long step = hash.getLong();
        for (int i = 0; i < LOOKS; i++) {
            long bit = Long.remainderUnsigned(first + i * step, bits);
            filter[(int) (bit >>> 3)] |= (byte) (1 << (bit & 7));
        }
        values++;
    }

    boolean mayContain(String text) {
        ByteBuffer hash = ByteBuffer.wrap(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
        long first = hash.getLong();
        long step = hash.getLong();
        for (int i = 0; i < LOOKS; i++) {
            long bit = Long.remainderUnsigned(first + i * step, bits);
            if ((filter[(int) (bit >>> 3)] & (1 << (bit & 7))) == 0) {
                return false;
            }
        }
        return true;
    }

    /// Everything big-endian: `TCNF`, version, looks, bits, values, then the bits.
    byte[] toBytes() {
        return ByteBuffer.allocate(HEADER + filter.length)
                .put(MAGIC)
                .putInt(VERSION)
                .putInt(LOOKS)
                .putLong(bits)
                .putLong(values)
                .put(filter)
                .array();
    }
}

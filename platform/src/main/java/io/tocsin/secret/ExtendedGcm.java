package io.tocsin.secret;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// XAES-256-GCM (C2SP): AES-256-GCM under a key made of the given one and the first half of a 24-byte nonce. So
/// random nonces never come near a collision, however much one key seals; plain GCM bears 2^32 texts a key.
final class ExtendedGcm {

    static final int KEY = 32;

    private static final int NONCE = 24;
    private static final int HALF = NONCE / 2;
    private static final int BLOCK = 16;
    private static final int TAG_BITS = 128;

    private ExtendedGcm() {}

    /// A nonce of its own, the ciphertext and its tag.
    static byte[] seal(byte[] key, byte[] bound, byte[] text) {
        byte[] nonce = random(NONCE);
        try {
            byte[] sealed = seal(key, nonce, bound, text);
            return ByteBuffer.allocate(NONCE + sealed.length)
                    .put(nonce)
                    .put(sealed)
                    .array();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-256-GCM is not there", impossible);
        }
    }

    /// What was sealed.
    ///
    /// @throws GeneralSecurityException when it was sealed by another key, is bound to something else or was
    /// changed
    static byte[] open(byte[] key, byte[] bound, byte[] sealed) throws GeneralSecurityException {
        if (sealed.length < NONCE + TAG_BITS / Byte.SIZE) {
            throw new GeneralSecurityException("too short");
        }
        byte[] nonce = Arrays.copyOf(sealed, NONCE);
        return gcm(Cipher.DECRYPT_MODE, key, nonce, bound).doFinal(sealed, NONCE, sealed.length - NONCE);
    }

    static byte[] seal(byte[] key, byte[] nonce, byte[] bound, byte[] text) throws GeneralSecurityException {
        return gcm(Cipher.ENCRYPT_MODE, key, nonce, bound).doFinal(text);
    }

    static byte[] random(int length) {
        byte[] bytes = new byte[length];
        // Its own each time: one kept in a static field would be part of a native image, seed and all.
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }

    private static Cipher gcm(int mode, byte[] key, byte[] nonce, byte[] bound) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(derived(key, nonce), "AES"), new GCMParameterSpec(TAG_BITS, nonce, HALF, HALF));
        cipher.updateAAD(bound);
        return cipher;
    }

    /// NIST SP 800-108 in counter mode over CMAC, which for inputs of one block is one AES call each.
    private static byte[] derived(byte[] key, byte[] nonce) throws GeneralSecurityException {
        Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
        aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
        byte[] mask = doubled(aes.doFinal(new byte[BLOCK]));
        byte[] derived = new byte[KEY];
        for (byte counter = 1; counter <= KEY / BLOCK; counter++) {
            byte[] block = ByteBuffer.allocate(BLOCK)
                    .put(new byte[] {0, counter, 'X', 0})
                    .put(nonce, 0, HALF)
                    .array();
            for (int i = 0; i < BLOCK; i++) {
                block[i] ^= mask[i];
            }
            aes.doFinal(block, 0, BLOCK, derived, (counter - 1) * BLOCK);
        }
        return derived;
    }

    /// CMAC's first subkey: the block shifted by one bit, reduced where one fell out.
    private static byte[] doubled(byte[] block) {
        byte[] twice = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            int next = i + 1 < BLOCK ? (block[i + 1] & 0xFF) >>> 7 : 0;
            twice[i] = (byte) (block[i] << 1 | next);
        }
        if (block[0] < 0) {
            twice[BLOCK - 1] ^= (byte) 0x87;
        }
        return twice;
    }
}

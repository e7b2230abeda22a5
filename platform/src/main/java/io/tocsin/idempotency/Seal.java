package io.tocsin.idempotency;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keeps a recorded answer unreadable for whoever reads the database: an answer may hold a credential (AES-256-GCM).
final class Seal {

    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private Seal() {}

    static byte[] close(byte[] key, byte[] answer) {
        byte[] nonce = new byte[NONCE];
        new SecureRandom().nextBytes(nonce);
        byte[] sealed = apply(Cipher.ENCRYPT_MODE, key, nonce, answer);
        return ByteBuffer.allocate(NONCE + sealed.length).put(nonce).put(sealed).array();
    }

    static byte[] open(byte[] key, byte[] sealed) {
        ByteBuffer stored = ByteBuffer.wrap(sealed);
        byte[] nonce = new byte[NONCE];
        stored.get(nonce);
        byte[] rest = new byte[stored.remaining()];
        stored.get(rest);
        return apply(Cipher.DECRYPT_MODE, key, nonce, rest);
    }

    private static byte[] apply(int mode, byte[] key, byte[] nonce, byte[] text) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(text);
        } catch (GeneralSecurityException damaged) {
            throw new IllegalStateException("a recorded answer cannot be sealed or opened", damaged);
        }
    }
}

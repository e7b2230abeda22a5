package io.tocsin.secret;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/// What a ciphertext is bound to: it opens in its own place only. Every part carries its length, so that no two
/// lists of parts become the same bytes.
final class Bound {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private Bound() {}

    static Bound to(String kind) {
        return new Bound().and(kind);
    }

    Bound and(String part) {
        byte[] text = part.getBytes(StandardCharsets.UTF_8);
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
        bytes.writeBytes(text);
        return this;
    }

    Bound and(UUID part) {
        return and(part.toString());
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}

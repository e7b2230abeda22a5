package io.tocsin.idempotency;

import io.tocsin.wire.CommonProblem;
import io.tocsin.wire.ProblemException;
import io.tocsin.wire.RequestOwner;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A request with an `Idempotency-Key`: whose it is, of which route, and what its body was.
final class KeyedRequest {

    private static final String NAME = "tocsin.keyed-request";

    private final RequestOwner owner;
    private final String route;
    private final byte[] key;
    private final MessageDigest bodyDigest = sha256();
    private BodyHash body;
    private byte[] bodyHash;

    KeyedRequest(RequestOwner owner, String route, String key) {
        this.owner = owner;
        this.route = route;
        this.key = key.getBytes(StandardCharsets.US_ASCII);
    }

    void remember(RoutingContext request) {
        request.put(NAME, this);
    }

    /// Null when the request has no key.
    static KeyedRequest of(RoutingContext request) {
        return request.get(NAME);
    }

    /// The body as it will be read.
    InputStream hashed(InputStream decoded) {
        body = new BodyHash(decoded, bodyDigest);
        return body;
    }

    RequestOwner owner() {
        return owner;
    }

    String route() {
        return route;
    }

    byte[] keyHash() {
        return hash("key");
    }

    /// What identifies the request beside its key. Reads the body to its end where it has not been yet.
    byte[] requestHash() {
        return hash("request", bodyHash());
    }

    /// Where its answer is recorded, within its tenant.
    String place() {
        return HexFormat.of().formatHex(keyHash()) + "\n" + route + "\n" + owner.name();
    }

    /// What opens the recorded answer beside our own key: only who sends the same key with the same body has
    /// it.
    byte[] sealingKey() {
        return hash("seal", bodyHash());
    }

    /// A number for the whole of it, for a lock.
    long lock() {
        MessageDigest digest = sha256();
        for (Object part : new Object[] {owner.tenant(), owner.name(), route}) {
            digest.update(part.toString().getBytes(StandardCharsets.UTF_8));
            digest.update((byte) 0);
        }
        return ByteBuffer.wrap(digest.digest(key)).getLong();
    }

    private byte[] bodyHash() {
        if (bodyHash == null) {
            readToItsEnd();
            bodyHash = bodyDigest.digest();
        }
        return bodyHash;
    }

    private void readToItsEnd() {
        try {
            if (body != null) {
                body.drain();
            }
        } catch (IOException broken) {
            throw new ProblemException(CommonProblem.INVALID_REQUEST_BODY, "The body broke off");
        }
    }

    private byte[] hash(String purpose, byte... more) {
        MessageDigest digest = sha256();
        digest.update(("tocsin-idempotency-" + purpose + "\0").getBytes(StandardCharsets.US_ASCII));
        digest.update(key);
        digest.update((byte) 0);
        return digest.digest(more);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package io.tocsin.secret;

import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.UUID;

/// Seals what must not be readable for whoever has the database alone, and opens it again (docs/adr/023).
///
/// A sealed secret opens only for the tenant, the purpose and the id it was sealed for: moved to another row it
/// does not. While a key is missing that either needs, it ends in a
/// [RetryLaterException][io.tocsin.wire.RetryLaterException], which is answered 503.
@ApplicationScoped
public class Secrets {

    private static final byte VERSION = 1;
    private static final int HEAD = 1 + 2 * Long.BYTES;

    private final DataKeys keys;

    Secrets(DataKeys keys) {
        this.keys = keys;
    }

    /// Makes sure that the tenant has a data key and that it is at hand, so that sealing in the next
    /// transaction asks nothing of the database and fails for no missing key.
    public void prepare(UUID tenant) {
        keys.current(tenant);
    }

    /// What may be stored.
    ///
    /// @param purpose what kind of secret it is, for example `webhook`; the same word each time
    /// @param id what tells it from others of its kind, for example its row's key
    public byte[] seal(UUID tenant, String purpose, String id, byte[] secret) {
        DataKey key = keys.current(tenant);
        byte[] sealed = ExtendedGcm.seal(key.bytes(), bound(key, purpose, id), secret);
        return ByteBuffer.allocate(HEAD + sealed.length)
                .put(VERSION)
                .putLong(key.id().getMostSignificantBits())
                .putLong(key.id().getLeastSignificantBits())
                .put(sealed)
                .array();
    }

    /// What was sealed for the same tenant, purpose and id.
    ///
    /// @throws IllegalStateException when it was not, or was changed since
    public byte[] open(UUID tenant, String purpose, String id, byte[] sealed) {
        ByteBuffer stored = ByteBuffer.wrap(sealed);
        if (sealed.length < HEAD || stored.get() != VERSION) {
            throw new IllegalStateException("not a sealed secret of a form this release knows: purpose=" + purpose);
        }
        DataKey key = keys.find(tenant, new UUID(stored.getLong(), stored.getLong()));
        byte[] text = new byte[stored.remaining()];
        stored.get(text);
        try {
            return ExtendedGcm.open(key.bytes(), bound(key, purpose, id), text);
        } catch (GeneralSecurityException wrong) {
            throw new IllegalStateException(
                    "a secret was sealed for another place, or changed: purpose=" + purpose, wrong);
        }
    }

    /// Whether the data key is there that a secret says it was sealed with: then [#open] fails only for as long as the
    /// master key is missing, and otherwise for good.
    public boolean isKept(UUID tenant, byte[] sealed) {
        ByteBuffer stored = ByteBuffer.wrap(sealed);
        return sealed.length >= HEAD
                && stored.get() == VERSION
                && keys.isKept(tenant, new UUID(stored.getLong(), stored.getLong()));
    }

    private static byte[] bound(DataKey key, String purpose, String id) {
        return Bound.to("tocsin-secret-1")
                .and(key.tenant())
                .and(key.id())
                .and(purpose)
                .and(id)
                .bytes();
    }
}

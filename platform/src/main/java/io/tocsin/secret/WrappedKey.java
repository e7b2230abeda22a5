package io.tocsin.secret;

import static java.util.Objects.requireNonNull;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.UUID;

/// A data key as it is stored.
///
/// @param generation counts the keys of its tenant and service
/// @param masterKey the id of the key that wraps it
/// @param due whether it is so old that a new one is wanted
record WrappedKey(UUID tenant, UUID id, int generation, String masterKey, byte[] wrapped, boolean due) {

    private static final byte VERSION = 1;

    WrappedKey {
        requireNonNull(tenant);
        requireNonNull(id);
        requireNonNull(masterKey);
        requireNonNull(wrapped);
    }

    /// A data key wrapped by the ring's current key.
    static WrappedKey of(DataKey key, String service, MasterKeyRing ring) {
        String master = ring.current();
        byte[] sealed = ExtendedGcm.seal(ring.key(master), bound(key.tenant(), service, key.id(), master), key.bytes());
        byte[] wrapped = new byte[1 + sealed.length];
        wrapped[0] = VERSION;
        System.arraycopy(sealed, 0, wrapped, 1, sealed.length);
        return new WrappedKey(key.tenant(), key.id(), key.generation(), master, wrapped, false);
    }

    /// @param master its master key
    /// @throws WrongMasterKeyException when it is another
    DataKey unwrapped(String service, byte[] master) {
        try {
            if (wrapped[0] != VERSION) {
                throw new GeneralSecurityException("version " + wrapped[0]);
            }
            byte[] sealed = Arrays.copyOfRange(wrapped, 1, wrapped.length);
            return new DataKey(
                    tenant, id, generation, ExtendedGcm.open(master, bound(tenant, service, id, masterKey), sealed));
        } catch (GeneralSecurityException wrong) {
            throw new WrongMasterKeyException(
                    "data key " + id + " is not what master key " + masterKey
                            + " wrapped: the file of that name holds another key, or the row was changed",
                    wrong);
        }
    }

    private static byte[] bound(UUID tenant, String service, UUID id, String masterKey) {
        return Bound.to("tocsin-data-key-1")
                .and(tenant)
                .and(service)
                .and(id)
                .and(masterKey)
                .bytes();
    }
}

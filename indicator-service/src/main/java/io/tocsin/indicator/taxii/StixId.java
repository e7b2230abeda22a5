package io.tocsin.indicator.taxii;

import io.tocsin.wire.WireTime;
import java.nio.charset.StandardCharsets;
import java.util.OptionalLong;
import java.util.UUID;

/// The identifier of an indicator that came without one: half of it is made of the tenant and the time it was made,
/// half is its number, so that it is found again without being kept, and that of another installation is not taken
/// for it.
final class StixId {

    private static final String PREFIX = "indicator--";
    private static final long VERSION = 0x4000L;
    private static final long VERSION_BITS = 0xF000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final long NUMBER_BITS = 0x3FFF_FFFF_FFFF_FFFFL;

    private StixId() {}

    static String of(UUID tenant, long id, WireTime created) {
        return PREFIX + new UUID(high(tenant, created), VARIANT | id);
    }

    /// The number it would have if it were one of ours; whether it is, [#of] says.
    static OptionalLong number(String stixId) {
        try {
            UUID uuid = UUID.fromString(stixId.startsWith(PREFIX) ? stixId.substring(PREFIX.length()) : "");
            boolean ours = (uuid.getMostSignificantBits() & VERSION_BITS) == VERSION
                    && (uuid.getLeastSignificantBits() & ~NUMBER_BITS) == VARIANT;
            return ours ? OptionalLong.of(uuid.getLeastSignificantBits() & NUMBER_BITS) : OptionalLong.empty();
        } catch (IllegalArgumentException none) {
            return OptionalLong.empty();
        }
    }

    private static long high(UUID tenant, WireTime created) {
        String name = "tocsin indicator of " + tenant + " " + created.ticks();
        long named =
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).getMostSignificantBits();
        return (named & ~VERSION_BITS) | VERSION;
    }

    /// Of the sighting of an indicator.
    static String sighting(UUID tenant, String indicator) {
        return "sighting--"
                + UUID.nameUUIDFromBytes(
                        ("tocsin sighting " + tenant + " " + indicator).getBytes(StandardCharsets.UTF_8));
    }

    /// The id of a collection, the same in every replica.
    static String collection(UUID tenant, String name) {
        return UUID.nameUUIDFromBytes(("tocsin collection " + tenant + " " + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }
}

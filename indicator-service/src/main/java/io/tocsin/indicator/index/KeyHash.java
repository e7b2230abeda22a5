package io.tocsin.indicator.index;

import io.tocsin.indicator.IndicatorType;
import java.security.SecureRandom;
import java.util.UUID;

/// Makes 128 bits of tenant, type and canonical value. The seeds are secret and of one index, so that nobody can make
/// values that all fall into one place.
///
/// @param seedHigh of the first half, which chooses the segment and the tag
/// @param seedLow of the second, which chooses the place in the segment
public record KeyHash(long seedHigh, long seedLow) {

    private static final long ODD_HIGH = 0x9E3779B97F4A7C15L;
    private static final long ODD_LOW = 0xD1B54A32D192ED03L;

    /// With seeds nobody knows.
    public static KeyHash random() {
        var random = new SecureRandom();
        return new KeyHash(random.nextLong(), random.nextLong());
    }

    /// Writes both halves to `keys[at]` and `keys[at + 1]`.
    public void hash(UUID tenant, IndicatorType type, String value, long[] keys, int at) {
        long most = tenant.getMostSignificantBits();
        long least = tenant.getLeastSignificantBits() + type.ordinal();
        long high = folded(most ^ seedHigh, least ^ ODD_HIGH);
        long low = folded(least ^ seedLow, most ^ ODD_LOW);
        int length = value.length();
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            long word = 0;
            for (int j = i; j < i + 8; j++) {
                word = (word << 8) ^ value.charAt(j);
            }
            high = folded(high ^ word, ODD_HIGH ^ seedLow);
            low = folded(low + word, ODD_LOW ^ seedHigh);
        }
        long word = length;
        for (; i < length; i++) {
            word = (word << 8) ^ value.charAt(i);
        }
        high = folded(high ^ word, ODD_LOW ^ seedLow);
        low = folded(low + word, ODD_HIGH ^ seedHigh);
        keys[at] = folded(high ^ low, ODD_HIGH);
        keys[at + 1] = folded(low ^ Long.rotateLeft(high, 32), ODD_LOW);
    }

    private static long folded(long one, long other) {
        return Math.unsignedMultiplyHigh(one, other) ^ (one * other) ^ one;
    }
}

package io.tocsin.feed;

import io.tocsin.wire.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import javax.crypto.Mac;

/// Places as clients carry them: opaque, signed for the tenant and the feed they were given out in, and with the label
/// of the history of the database they belong to.
@ApplicationScoped
public class FeedCursors {

    private static final byte VERSION = 1;
    private static final int HEAD = 1 + 3 * Long.BYTES;
    private static final int SIGNATURE = 16;
    private static final int LONGEST = 128;

    private final FeedKeys keys;
    private final FeedEpochs epochs;

    FeedCursors(FeedKeys keys, FeedEpochs epochs) {
        this.keys = keys;
        this.epochs = epochs;
    }

    /// Writes the cursors of one answer, in the history that is present as it begins. Of one thread.
    public final class Writer {

        private final Mac mac;
        private final byte[] label;
        private final byte[] bound;

        private Writer(UUID tenant, String feed) {
            this.mac = mac(tenant);
            this.label = epochs.present().getBytes(StandardCharsets.US_ASCII);
            this.bound = bound(tenant, feed);
        }

        /// The place as a client keeps it.
        public String of(Place place) {
            byte[] text = ByteBuffer.allocate(HEAD + label.length)
                    .put(VERSION)
                    .putLong(place.position())
                    .putLong(place.id())
                    .putLong(place.ticks())
                    .put(label)
                    .array();
            byte[] signed = Arrays.copyOf(text, text.length + SIGNATURE);
            System.arraycopy(sign(mac, bound, text), 0, signed, text.length, SIGNATURE);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(signed);
        }
    }

    public Writer writer(UUID tenant, String feed) {
        return new Writer(tenant, feed);
    }

    /// The place a client brings back; whether everything behind it is still kept, [FeedPlaces#hasMissed] says.
    ///
    /// @throws ProblemException [FeedProblem], when it is none or of a history that was lost
    public Place read(UUID tenant, String feed, String cursor) {
        byte[] signed = decoded(cursor);
        int end = signed.length - SIGNATURE;
        if (end < HEAD || signed[0] != VERSION) {
            throw new ProblemException(FeedProblem.INVALID_CURSOR);
        }
        byte[] text = Arrays.copyOf(signed, end);
        byte[] expected = sign(mac(tenant), bound(tenant, feed), text);
        if (!MessageDigest.isEqual(expected, Arrays.copyOfRange(signed, end, signed.length))) {
            throw new ProblemException(FeedProblem.INVALID_CURSOR);
        }
        ByteBuffer parts = ByteBuffer.wrap(text, 1, end - 1);
        var place = new Place(parts.getLong(), parts.getLong(), parts.getLong());
        String label = new String(text, HEAD, end - HEAD, StandardCharsets.US_ASCII);
        if (epochs.goingOn(label, place.positionText()).isEmpty()) {
            throw new ProblemException(FeedProblem.RESYNC_REQUIRED);
        }
        return place;
    }

    private static byte[] decoded(String cursor) {
        try {
            return cursor.length() > LONGEST
                    ? new byte[0]
                    : Base64.getUrlDecoder().decode(cursor);
        } catch (IllegalArgumentException notOurs) {
            return new byte[0];
        }
    }

    private Mac mac(UUID tenant) {
        try {
            Mac mac = Mac.getInstance(FeedKeys.ALGORITHM);
            mac.init(keys.of(tenant));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] bound(UUID tenant, String feed) {
        return ("tocsin-cursor " + tenant + " " + feed + " ").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] sign(Mac mac, byte[] bound, byte[] text) {
        mac.update(bound);
        return Arrays.copyOf(mac.doFinal(text), SIGNATURE);
    }
}
